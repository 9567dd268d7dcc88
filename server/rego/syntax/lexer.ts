import { CompileFailure, compileError, type Position } from '../errors.ts'
import { parseNumber } from '../values/decimal.ts'
import type { Comment } from './ast.ts'
import { keywords, symbols, type Token, type TokenKind } from './token.ts'

const nameStart = /[A-Za-z_]/
const namePart = /[A-Za-z0-9_]/
const numberPattern = /(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y
const escapes: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }

interface LexerPlace {
  readonly offset: number
  readonly row: number
  readonly lineStart: number
  readonly comments: number
}

/** Reads tokens one at a time, so that the parser can switch to the text of a template string and back. */
export class Lexer {
  readonly comments: Comment[] = []
  /** Words that are keywords in this module: imports of v0 add to them. */
  readonly words: Set<string>
  #offset = 0
  #row = 1
  #lineStart = 0

  constructor(
    readonly file: string,
    readonly source: string,
    words: Iterable<string> = [],
  ) {
    this.words = new Set([...keywords, ...words])
  }

  position(): Position {
    return { file: this.file, row: this.#row, col: this.#offset - this.#lineStart + 1 }
  }

  /** Where the lexer stands, to come back to. */
  place(): LexerPlace {
    return { offset: this.#offset, row: this.#row, lineStart: this.#lineStart, comments: this.comments.length }
  }

  goTo({ offset, row, lineStart, comments }: LexerPlace): void {
    this.#offset = offset
    this.#row = row
    this.#lineStart = lineStart
    this.comments.length = comments
  }

  /** The next token. @throws CompileFailure (`rego_parse_error`) on characters that no token begins with. */
  next(): Token {
    const before = this.#offset
    const row = this.#row
    this.#skipSpace()
    const spaced = this.#offset > before
    const newline = this.#row > row
    const start = this.#offset
    const at = this.position()
    const make = (kind: TokenKind, text: string, extra: Partial<Token> = {}): Token => ({
      kind,
      text,
      start,
      end: this.#offset,
      row: at.row,
      col: at.col,
      newline,
      spaced,
      ...extra,
    })
    const char = this.source[start]
    if (char === undefined) return make('end', '')
    if (nameStart.test(char)) return this.#name(make)
    if (char >= '0' && char <= '9') return this.#number(make, at)
    if (char === '"') return make('string', this.#quoted(at))
    if (char === '`') return make('string', this.#raw(at))
    if (char === '$' && (this.source[start + 1] === '"' || this.source[start + 1] === '`')) {
      this.#offset += 2
      return make('template', this.source[start + 1] ?? '')
    }
    const symbol = symbols.find(text => this.source.startsWith(text, start))
    if (symbol === undefined) this.fail(`illegal token: unexpected character ${JSON.stringify(char)}`, at)
    this.#offset += symbol.length
    return make('symbol', symbol)
  }

  /** The text of a template string up to its end or the next `{`, which is consumed. */
  templateText(delimiter: string): { readonly text: string; readonly ended: boolean } {
    const at = this.position()
    let text = ''
    for (;;) {
      const char = this.source[this.#offset]
      if (char === undefined || (char === '\n' && delimiter === '"')) this.fail('non-terminated string', at)
      if (char === delimiter || char === '{') {
        this.#offset++
        return { text, ended: char === delimiter }
      }
      if (char === '\\' && this.source[this.#offset + 1] === '{') {
        text += '{'
        this.#offset += 2
      } else if (char === '\\' && delimiter === '"') text += this.#escape(at)
      else text += this.#take()
    }
  }

  fail(message: string, at: Position = this.position()): never {
    throw new CompileFailure([compileError('rego_parse_error', at, message)])
  }

  #take(): string {
    const char = this.source[this.#offset++] ?? ''
    if (char === '\n') {
      this.#row++
      this.#lineStart = this.#offset
    }
    return char
  }

  #skipSpace(): void {
    for (;;) {
      const char = this.source[this.#offset]
      if (char === ' ' || char === '\t' || char === '\r' || char === '\n') this.#take()
      else if (char === '#') this.#comment()
      else return
    }
  }

  #comment(): void {
    const { row, col } = this.position()
    const end = this.source.indexOf('\n', this.#offset)
    const stop = end < 0 ? this.source.length : end
    this.comments.push({ text: this.source.slice(this.#offset + 1, stop).replace(/\r$/, ''), row, col })
    this.#offset = stop
  }

  #name(make: (kind: TokenKind, text: string) => Token): Token {
    const start = this.#offset
    while (namePart.test(this.source[this.#offset] ?? '')) this.#offset++
    const text = this.source.slice(start, this.#offset)
    const keyword = this.words.has(text) && !this.#beginsRef()
    return make(keyword ? 'keyword' : 'name', text)
  }

  /** A keyword with a dot and a name right behind it is the head of a ref: `package.name`, `foo.if`, `some.x`. */
  #beginsRef(): boolean {
    return this.source[this.#offset] === '.' && nameStart.test(this.source[this.#offset + 1] ?? '')
  }

  #number(make: (kind: TokenKind, text: string, extra: Partial<Token>) => Token, at: Position): Token {
    numberPattern.lastIndex = this.#offset
    const text = numberPattern.exec(this.source)?.[0] ?? ''
    this.#offset += text.length
    if (/[A-Za-z0-9_]/.test(this.source[this.#offset] ?? '')) this.fail('illegal number format', at)
    const number = parseNumber(text)
    if (number === undefined) this.fail('number out of bounds', at)
    return make('number', text, { number })
  }

  #quoted(at: Position): string {
    this.#offset++
    let text = ''
    for (;;) {
      const char = this.source[this.#offset]
      if (char === undefined || char === '\n') this.fail('non-terminated string', at)
      if (char === '"') break
      text += char === '\\' ? this.#escape(at) : this.#take()
    }
    this.#offset++
    return text
  }

  #escape(at: Position): string {
    const char = this.source[this.#offset + 1] ?? ''
    if (char === 'u') {
      const hex = this.source.slice(this.#offset + 2, this.#offset + 6)
      if (!/^[0-9a-fA-F]{4}$/.test(hex)) this.fail('illegal escape sequence', at)
      this.#offset += 6
      return String.fromCharCode(Number.parseInt(hex, 16))
    }
    const text = escapes[char]
    if (text === undefined) this.fail('illegal escape sequence', at)
    this.#offset += 2
    return text
  }

  #raw(at: Position): string {
    this.#take()
    let text = ''
    for (;;) {
      const char = this.source[this.#offset]
      if (char === undefined) this.fail('non-terminated string', at)
      text += this.#take()
      if (char === '`') return text.slice(0, -1)
    }
  }
}
