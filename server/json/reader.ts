import { Failure, type FailureCode } from '../domain/failure.ts'

/** Where a parse stands: one record, moved on by the functions of this room. `at` counts UTF-16 code units. */
export interface Reader {
  readonly text: string
  readonly maxDepth: number
  readonly foldDepth: number
  readonly keepsLexemes: boolean
  at: number
  /** Objects and arrays whose text can be asked for, and `[start, end]` of each, flat. */
  readonly nodes: object[]
  readonly spans: number[]
}

/** A refusal that says where, never what: the text may hold a secret. */
export function refusal(code: FailureCode, offset: number, message?: string): Failure {
  return new Failure(code, message, { details: { offset } })
}

/** Moves over the whitespace of RFC 8259 §2 and gives the code of what follows, or -1 at the end. */
export function nextCode(reader: Reader): number {
  const { text } = reader
  while (reader.at < text.length) {
    const code = text.charCodeAt(reader.at)
    if (code > 0x20 || !isSpace(code)) return code
    reader.at++
  }
  return -1
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09
}
