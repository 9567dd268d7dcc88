import { posix } from 'node:path'
import type { SourceFile } from './source.ts'
import { closing, stringOf, type Token } from './tokens.ts'

/** One `import`, `export … from` or `import()` of a file, types included. */
export interface Import {
  readonly from: string
  /** As written: `./chain.ts`, `kysely`, `node:fs`. */
  readonly specifier: string
  /** From the root when it is a file of ours, else undefined. */
  readonly path: string | undefined
  /** What is taken, by the name it has there; `*` for everything. */
  readonly names: readonly string[]
}

export function importsOf({ path, tokens }: SourceFile): readonly Import[] {
  return tokens.flatMap((token, at) => {
    const specifier = stringOf(token)
    if (specifier === undefined) return []
    const names = namesBefore(tokens, at)
    return names === undefined ? [] : [{ from: path, specifier, path: resolved(path, specifier), names }]
  })
}

/** The npm package of a specifier: `@scope/name/deep` is `@scope/name`. Undefined for our own files and for what the runtime brings. */
export function packageOf(specifier: string): string | undefined {
  if (/^(\.|node:|bun(:|$))/.test(specifier)) return undefined
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
}

/** Files that are the door of a library of its own: they say what it offers, whether the product takes it or not, and pass on the words it speaks. */
export const doors: Readonly<Record<string, string>> = { 'server/rego/rego.ts': 'a library of its own; the judge takes it into use later' }

/** A name that a file exports. `default` and `*` are names too. */
export interface Export {
  readonly name: string
  readonly isType: boolean
  /** Passed on from another file. */
  readonly again: boolean
}

export function exportsOf({ tokens }: SourceFile): readonly Export[] {
  return tokens.flatMap((token, at) => (token.text === 'export' && isStatement(tokens, at) ? exported(tokens, at + 1) : []))
}

/** Undefined when the string at `at` names no module. */
function namesBefore(tokens: readonly Token[], at: number): readonly string[] | undefined {
  const before = tokens[at - 1]?.text
  if (before === 'import') return []
  if (before === '(' && tokens[at - 2]?.text === 'import') return ['*']
  if (before !== 'from') return undefined
  if (tokens[at - 2]?.text !== '}') return ['*']
  const open = tokens.findLastIndex((token, index) => index < at && token.text === '{')
  return listed(tokens, open, token => token.first)
}

const qualifiers = new Set([
  'type',
  'const',
  'let',
  'var',
  'function',
  'class',
  'interface',
  'enum',
  'async',
  'abstract',
  'declare',
  'default',
])

function exported(tokens: readonly Token[], at: number): readonly Export[] {
  const words: string[] = []
  while (qualifiers.has(tokens[at]?.text ?? '')) words.push(tokens[at++]?.text ?? '')
  const isType = words.includes('type') || words.includes('interface')
  if (words.includes('default')) return [{ name: 'default', isType, again: false }]
  const text = tokens[at]?.text ?? ''
  if (text === '{') return listed(tokens, at, ({ last }) => last).map(name => ({ name, isType, again: true }))
  if (text === '*' && words.length === 0) return [{ name: '*', isType, again: true }]
  return [{ name: text === '*' ? (tokens[at + 1]?.text ?? '') : text, isType, again: false }]
}

/** The names between braces: `{ a, type B as C }` has first names a, B and last names a, C. */
function listed(tokens: readonly Token[], open: number, pick: (name: { first: string; last: string }) => string): readonly string[] {
  const inside = tokens.slice(open + 1, closing(tokens, open)).map(token => token.text)
  const items = inside.join(' ').split(',')
  return items.flatMap(item => {
    const words = item.trim().split(' ').filter(Boolean)
    const [first, last] = [words[0] === 'type' && words.length > 1 ? words[1] : words[0], words.at(-1)]
    return first === undefined || last === undefined ? [] : [pick({ first, last })]
  })
}

/** `export` as a statement of the file, not a word of an expression: it begins a line. */
function isStatement(tokens: readonly Token[], at: number): boolean {
  const previous = tokens[at - 1]
  return previous === undefined || tokens[at]?.start !== previous.end
}

function resolved(from: string, specifier: string): string | undefined {
  return specifier.startsWith('.') ? posix.join(posix.dirname(from), specifier) : undefined
}
