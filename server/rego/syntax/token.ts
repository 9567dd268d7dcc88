import type { Num } from '../values/value.ts'

/** Kinds of tokens; operators and brackets are their own kind. */
export type TokenKind = 'end' | 'name' | 'keyword' | 'number' | 'string' | 'template' | 'symbol'

export interface Token {
  readonly kind: TokenKind
  /** The name, the keyword, the symbol, or the decoded string. */
  readonly text: string
  readonly number?: Num
  readonly start: number
  readonly end: number
  readonly row: number
  readonly col: number
  /** A line break stands between this token and the one before. */
  readonly newline: boolean
  /** White space or a comment stands between this token and the one before. */
  readonly spaced: boolean
}

/** Words that cannot name a variable in every version of the language. */
export const keywords: ReadonlySet<string> = new Set([
  'as',
  'default',
  'else',
  'false',
  'import',
  'package',
  'not',
  'null',
  'some',
  'true',
  'with',
])

/** Words that Rego v1 adds; v0 knows them only after `import future.keywords` or `import rego.v1`. */
export const futureKeywords: readonly string[] = ['contains', 'every', 'if', 'in']

/** Longest first, so that the first that fits is the right one. */
export const symbols: readonly string[] = [
  ':=',
  '==',
  '!=',
  '<=',
  '>=',
  '{',
  '}',
  '[',
  ']',
  '(',
  ')',
  ',',
  ';',
  ':',
  '.',
  '|',
  '&',
  '+',
  '-',
  '*',
  '/',
  '%',
  '=',
  '<',
  '>',
]
