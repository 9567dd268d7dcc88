import { CompileFailure, type Position } from '../errors.ts'
import type { Body } from './ast.ts'
import { Lexer } from './lexer.ts'
import type { Token } from './token.ts'

/** Nesting deeper than this is refused: the parser descends recursively. */
const maxDepth = 400

/** The parser's place in the source: one token of look-ahead. Every failure is a `rego_parse_error`. */
export class Cursor {
  token: Token
  readonly lexer: Lexer
  #depth = 0
  #wildcards = 0
  #previousEnd = 0

  constructor(
    file: string,
    source: string,
    words: Iterable<string>,
    /** Statements up to a closing symbol; given from outside because terms contain bodies and bodies contain terms. */
    readonly bodyUntil: (cursor: Cursor, closing: string) => Body,
  ) {
    this.lexer = new Lexer(file, source, words)
    this.token = this.lexer.next()
  }

  at(): Position {
    return { file: this.lexer.file, row: this.token.row, col: this.token.col }
  }

  advance(): Token {
    const passed = this.token
    this.#previousEnd = passed.end
    this.token = this.lexer.next()
    return passed
  }

  isEnd(): boolean {
    return this.token.kind === 'end'
  }

  isSymbol(text: string): boolean {
    return this.token.kind === 'symbol' && this.token.text === text
  }

  isKeyword(text: string): boolean {
    return this.token.kind === 'keyword' && this.token.text === text
  }

  /** Whether the symbol stands here without a gap before it. */
  touches(text: string): boolean {
    return this.isSymbol(text) && this.token.start === this.#previousEnd
  }

  acceptSymbol(text: string): boolean {
    const found = this.isSymbol(text)
    if (found) this.advance()
    return found
  }

  acceptKeyword(text: string): boolean {
    const found = this.isKeyword(text)
    if (found) this.advance()
    return found
  }

  expectSymbol(text: string): void {
    if (!this.acceptSymbol(text)) this.unexpected(`expected ${JSON.stringify(text)}`)
  }

  /** A fresh name for `_`. */
  wildcard(): string {
    return `$${this.#wildcards++}`
  }

  /** Runs a parse and comes back to where it began, whatever it found. */
  peek<T>(parse: () => T): T | undefined {
    const { token } = this
    const end = this.#previousEnd
    const place = this.lexer.place()
    try {
      return parse()
    } catch (error) {
      if (error instanceof CompileFailure) return undefined
      throw error
    } finally {
      this.token = token
      this.#previousEnd = end
      this.lexer.goTo(place)
    }
  }

  /** Runs a descent one level deeper. */
  nested<T>(parse: () => T): T {
    if (++this.#depth > maxDepth) this.fail('too deeply nested')
    const result = parse()
    this.#depth--
    return result
  }

  /** Whether a word is a keyword where the cursor stands. */
  knows(word: string): boolean {
    return this.lexer.words.has(word)
  }

  /** Makes words keywords from the next token on. */
  learn(words: Iterable<string>): void {
    for (const word of words) this.lexer.words.add(word)
  }

  unexpected(hint?: string): never {
    this.fail(`unexpected ${describe(this.token)} token${hint ? `: ${hint}` : ''}`)
  }

  fail(message: string, at: Position = this.at()): never {
    return this.lexer.fail(message, at)
  }
}

const symbolNames: Readonly<Record<string, string>> = {
  ':=': 'assign',
  '=': 'unify',
  '==': 'eq',
  '|': 'or',
  '&': 'and',
  '+': 'plus',
  '-': 'minus',
}

function describe(token: Token): string {
  if (token.kind === 'end') return 'eof'
  if (token.kind === 'name') return 'identifier'
  return token.kind === 'symbol' ? (symbolNames[token.text] ?? token.text) : token.kind === 'keyword' ? token.text : token.kind
}
