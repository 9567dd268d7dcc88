import { isJsonObject, type Json, type JsonObject } from '../domain/json.ts'

/** The way to a field: the last token first. `shown` is what a pointer says for it: an index, a key, or a key without its secret. */
export interface Path {
  readonly parent: Path | null
  readonly shown: string
}

export interface Visitor {
  /** Looks at the name of a member and gives what paths may show of it. */
  readonly key: (text: string, path: Path) => string
  /** Looks at a string, or at a number of nine digits or more, as text. */
  readonly value: (text: string, path: Path) => void
}

export interface WalkLimits {
  /** UTF-16 code units of text and keys, over all fields. */
  readonly maxUnits: number
  readonly maxDepth: number
}

/** A pointer shows no more than this of one key, so that many findings under a long key stay small. */
const shownUnits = 64

/**
 * Shows every text of a value, keys too, in document order; true when all of it was shown, false when a bound cut it short: the last text
 * is then cut, and what follows is not shown at all.
 */
export function walk(value: Json, visitor: Visitor, limits: WalkLimits): boolean {
  let left = limits.maxUnits

  function take(text: string): string {
    const taken = text.length > left ? text.slice(0, left) : text
    left -= text.length
    return taken
  }

  function member(key: string, child: Json, parent: Path | null, depth: number): boolean {
    const shown = visitor.key(take(key), { parent, shown: key })
    return left >= 0 && field(child, { parent, shown }, depth + 1)
  }

  function field(node: Json, path: Path | null, depth: number): boolean {
    if (depth > limits.maxDepth) return false
    if (typeof node === 'string') visitor.value(take(node), path ?? root)
    else if (typeof node === 'number' && Math.abs(node) >= 1e8) visitor.value(take(String(node)), path ?? root)
    else if (Array.isArray(node))
      return (node as readonly Json[]).every((item, index) => field(item, { parent: path, shown: `${index}` }, depth + 1))
    else if (isJsonObject(node)) return Object.keys(node).every(key => member(key, (node as JsonObject)[key] as Json, path, depth))
    return left >= 0
  }

  return field(value, null, 1)
}

/** The path of a value that is no container. */
const root: Path = { parent: null, shown: '' }

/** JSON Pointer (RFC 6901); `''` for the root. Long keys are cut. */
export function pointerOf(path: Path): string {
  if (path === root) return ''
  let pointer = ''
  for (let step: Path | null = path; step; step = step.parent) pointer = `/${pointerToken(step.shown)}${pointer}`
  return pointer
}

/** One step of a pointer as `pointerOf` writes it. */
export function pointerToken(key: string): string {
  return key.slice(0, shownUnits).replaceAll('~', '~0').replaceAll('/', '~1')
}
