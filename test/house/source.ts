import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Token, tokensOf } from './tokens.ts'

export const root = join(import.meta.dirname, '..', '..')

export interface SourceFile {
  /** From the root, with `/`. */
  readonly path: string
  readonly text: string
  readonly tokens: readonly Token[]
}

/** The product's folders: what ships, and what builds it. */
const productFolders = '{cli,server,tui,policies,migrations,build}'

/** Paths that fit the pattern, sorted. */
export function pathsOf(pattern: string): readonly string[] {
  return [...new Bun.Glob(pattern).scanSync({ cwd: root, dot: true })].sort()
}

/** Every TypeScript file that fits the pattern; the product's, when there is none. Declarations of assets (`.d.ts`) hold no code. */
export function sources(pattern = `${productFolders}/**/*.{ts,tsx}`): readonly SourceFile[] {
  return pathsOf(pattern)
    .filter(path => !path.endsWith('.d.ts'))
    .map(sourceOf)
}

const known = new Map<string, SourceFile>()

/** Reads a file once for all tests of a run. */
export function sourceOf(path: string): SourceFile {
  const before = known.get(path)
  if (before) return before
  const text = readFileSync(join(root, path), 'utf8')
  const file = { path, text, tokens: tokensOf(text) }
  known.set(path, file)
  return file
}

/** `path:line`, as editors open it. */
export function placeOf(file: SourceFile, token: Token): string {
  return `${file.path}:${file.text.slice(0, token.start).split('\n').length}`
}
