import type { Body, EveryExpr, Expr, Ref, Term, TermExpr, Var, With } from './ast.ts'
import type { Cursor } from './cursor.ts'
import { member2, member3 } from './operators.ts'
import { parseName } from './parse-name.ts'
import { parsePrimary, parseTerm } from './parse-term.ts'

/**
 * Statements separated by `;` or line breaks up to the closing symbol, which is consumed. An empty closing symbol asks for the one
 * statement of a template expression, whose `}` stays.
 */
export function parseBody(cursor: Cursor, closing: string): Body {
  if (closing === '') return [parseStatement(cursor)]
  const body: Expr[] = []
  if (cursor.isSymbol(closing)) cursor.fail('found empty body')
  do {
    body.push(cursor.nested(() => parseStatement(cursor)))
  } while (another(cursor, closing))
  return body
}

function another(cursor: Cursor, closing: string): boolean {
  const separated = cursor.acceptSymbol(';')
  if (cursor.acceptSymbol(closing)) return false
  if (closing === 'end' && cursor.token.kind === 'end') return false
  if (!separated && !cursor.token.newline) cursor.unexpected(`expected \\n or ; or ${closing}`)
  return true
}

/** One statement with its modifiers. */
export function parseStatement(cursor: Cursor): Expr {
  const at = cursor.at()
  const negated = cursor.acceptKeyword('not')
  if (negated && (cursor.isKeyword('some') || cursor.isKeyword('every'))) cursor.unexpected('expected an expression after not')
  const core = parseCore(cursor)
  return { ...core, negated, withs: parseWiths(cursor), at }
}

function parseCore(cursor: Cursor): Expr {
  if (cursor.isKeyword('some')) return parseSome(cursor)
  if (cursor.isKeyword('every')) return parseEvery(cursor)
  return statement(cursor, parseAssignment(cursor))
}

function statement(cursor: Cursor, term: Term): TermExpr {
  return { kind: 'term', term, negated: false, withs: [], at: cursor.at() }
}

/** A term, or two with `=` or `:=` between them. */
function parseAssignment(cursor: Cursor): Term {
  const left = parseTerm(cursor)
  const name = cursor.isSymbol('=') ? 'eq' : cursor.isSymbol(':=') ? 'assign' : undefined
  if (name === undefined) return left
  const operator: Var = { kind: 'var', name, at: cursor.at() }
  cursor.advance()
  return { kind: 'call', operator, args: [left, parseTerm(cursor)], infix: true, at: left.at }
}

function parseSome(cursor: Cursor): Expr {
  const at = cursor.at()
  cursor.advance()
  const first = parseTerm(cursor, false)
  const terms = [first]
  while (cursor.acceptSymbol(',')) terms.push(parseTerm(cursor, false))
  const last = terms.at(-1) ?? first
  const plain = { negated: false, withs: [], at }
  if (last.kind === 'call' && last.infix && (last.operator as Var).name === member2) {
    const [value, domain] = last.args
    if (!value || !domain || terms.length > 2) return cursor.fail('illegal some declaration', at)
    return terms.length === 2 ? { kind: 'some-in', key: first, value, domain, ...plain } : { kind: 'some-in', value, domain, ...plain }
  }
  return { kind: 'some', names: terms.map(term => declared(cursor, term)), ...plain }
}

function declared(cursor: Cursor, term: Term): Var {
  if (term.kind === 'var') return term
  if (term.kind === 'call' && term.infix && (term.operator as Var).name === member3) cursor.fail('illegal some declaration', term.at)
  return cursor.fail('expected var in some declaration', term.at)
}

function parseEvery(cursor: Cursor): EveryExpr {
  const at = cursor.at()
  cursor.advance()
  const first = everyVar(cursor)
  const second = cursor.acceptSymbol(',') ? everyVar(cursor) : undefined
  if (!cursor.acceptKeyword('in')) cursor.unexpected('expected `x[, y] in xs { ... }` expression')
  const domain = parseEveryDomain(cursor)
  if (!cursor.isSymbol('{')) cursor.unexpected('missing body')
  cursor.advance()
  const body = cursor.bodyUntil(cursor, '}')
  return { kind: 'every', ...(second ? { key: first, value: second } : { value: first }), domain, body, negated: false, withs: [], at }
}

function everyVar(cursor: Cursor): Var {
  if (cursor.token.kind !== 'name') cursor.unexpected('expected variable')
  return parseName(cursor)
}

function parseEveryDomain(cursor: Cursor): Term {
  return parseTerm(cursor, false)
}

function parseWiths(cursor: Cursor): readonly With[] {
  const withs: With[] = []
  while (cursor.isKeyword('with')) {
    const at = cursor.at()
    cursor.advance()
    const target = withTarget(cursor, parsePrimary(cursor))
    if (!cursor.acceptKeyword('as')) cursor.unexpected('expected as keyword')
    withs.push({ target, value: parseTerm(cursor), at })
  }
  return withs
}

function withTarget(cursor: Cursor, term: Term): Ref | Var {
  if (term.kind === 'var' || term.kind === 'ref') return term
  return cursor.fail('expected with target path', term.at)
}
