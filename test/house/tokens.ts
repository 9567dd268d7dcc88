import { createScanner, SyntaxKind } from 'typescript/unstable/ast'

/** One token of a source file; comments and white space are none. */
export interface Token {
  readonly kind: SyntaxKind
  readonly text: string
  readonly start: number
  readonly end: number
}

const closers = new Set([SyntaxKind.CloseParenToken, SyntaxKind.CloseBracketToken, SyntaxKind.CloseBraceToken])
const literals = new Set([SyntaxKind.NumericLiteral, SyntaxKind.BigIntLiteral, SyntaxKind.StringLiteral, SyntaxKind.TemplateTail])
const operators = new Set(['return', 'typeof', 'case', 'in', 'of', 'await', 'void', 'throw', 'else', 'yield'])

/** The tokens of a TypeScript text, in order, as the compiler's own scanner sees them. A literal is one token: words inside a string are no words. */
export function tokensOf(text: string): readonly Token[] {
  const scanner = createScanner(true, undefined, text)
  const tokens: Token[] = []
  const braces: boolean[] = []
  for (let kind = scanner.scan(); kind !== SyntaxKind.EndOfFile; kind = scanner.scan()) {
    if (isSlash(kind) && !endsOperand(tokens.at(-1))) kind = scanner.reScanSlashToken()
    if (kind === SyntaxKind.CloseBraceToken && braces.pop() === true) kind = scanner.reScanTemplateToken(false)
    if (kind === SyntaxKind.OpenBraceToken) braces.push(false)
    if (kind === SyntaxKind.TemplateHead || kind === SyntaxKind.TemplateMiddle) braces.push(true)
    tokens.push({ kind, text: scanner.getTokenText(), start: scanner.getTokenStart(), end: scanner.getTokenEnd() })
  }
  return tokens
}

/** The text of a string literal without its quotes; undefined for any other token. */
export function stringOf(token: Token | undefined): string | undefined {
  return token?.kind === SyntaxKind.StringLiteral ? token.text.slice(1, -1) : undefined
}

/** Index of the token that closes the bracket at `open`, or the last one. */
export function closing(tokens: readonly Token[], open: number): number {
  let depth = 0
  for (let at = open; at < tokens.length; at++) {
    if (/^[([{]$/.test(tokens[at]?.text ?? '')) depth++
    if (/^[)\]}]$/.test(tokens[at]?.text ?? '') && --depth === 0) return at
  }
  return tokens.length - 1
}

/** Where the run of tokens with these texts begins, every time it occurs. */
export function occurrences(tokens: readonly Token[], run: readonly string[]): readonly Token[] {
  return tokens.filter((_, at) => run.every((text, offset) => tokens[at + offset]?.text === text))
}

function isSlash(kind: SyntaxKind): boolean {
  return kind === SyntaxKind.SlashToken || kind === SyntaxKind.SlashEqualsToken
}

/** Behind an operand a slash divides; anywhere else it begins a regular expression. */
function endsOperand(token: Token | undefined): boolean {
  if (token === undefined) return false
  return closers.has(token.kind) || literals.has(token.kind) || (/^[\w$]+$/.test(token.text) && !operators.has(token.text))
}
