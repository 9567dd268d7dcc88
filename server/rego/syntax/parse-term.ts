import type { Position } from '../errors.ts'
import type { Call, Comprehension, Ref, Term, Var } from './ast.ts'
import type { Cursor } from './cursor.ts'
import { member2, member3, operatorLevels } from './operators.ts'
import { literal, negativeNumber, parseTemplate } from './parse-literal.ts'
import { dotted, parseName } from './parse-name.ts'

/** A term with infix operators and `in`; `k, v in xs` only where a comma cannot mean anything else. */
export function parseTerm(cursor: Cursor, pairs = true, first?: Term): Term {
  return cursor.nested(() => membership(cursor, infix(cursor, 0, first), pairs))
}

function membership(cursor: Cursor, left: Term, pairs: boolean): Term {
  if (cursor.isKeyword('in')) return member(cursor, [left], member2)
  return pairs && cursor.isSymbol(',') && cursor.knows('in') ? pairMembership(cursor, left) : left
}

function pairMembership(cursor: Cursor, key: Term): Term {
  cursor.advance()
  const value = infix(cursor, 0)
  if (!cursor.isKeyword('in')) cursor.unexpected('expected `in`')
  return member(cursor, [key, value], member3)
}

function member(cursor: Cursor, items: readonly Term[], builtin: string): Term {
  const at = cursor.at()
  cursor.advance()
  const call: Call = {
    kind: 'call',
    operator: { kind: 'var', name: builtin, at },
    args: [...items, infix(cursor, 0)],
    infix: true,
    at: items[0]?.at ?? at,
  }
  return membership(cursor, call, false)
}

/** A chain of operators of one level or tighter; `first` is an operand that was already read. */
function infix(cursor: Cursor, level: number, first?: Term): Term {
  const operators = operatorLevels[level]
  if (!operators) return first ?? parsePrimary(cursor)
  let left = infix(cursor, level + 1, first)
  for (;;) {
    const builtin = cursor.token.kind === 'symbol' ? operators.get(cursor.token.text) : undefined
    if (builtin === undefined) return left
    const operator: Var = { kind: 'var', name: builtin, at: cursor.at() }
    cursor.advance()
    left = { kind: 'call', operator, args: [left, infix(cursor, level + 1)], infix: true, at: left.at }
  }
}

/** A term without operators around it: a scalar, a name, a composite, a call, each with the refs that follow it. */
export function parsePrimary(cursor: Cursor): Term {
  const at = cursor.at()
  const { token } = cursor
  switch (token.kind) {
    case 'number':
    case 'string':
      cursor.advance()
      return literal(cursor, { kind: 'scalar', value: token.number ?? token.text, at })
    case 'template':
      return parseTemplate(cursor)
    case 'name':
      return cursor.nested(() => parseSuffix(cursor, parseName(cursor)))
    case 'keyword':
      return keywordTerm(cursor)
    case 'symbol':
      return cursor.nested(() => symbolTerm(cursor, at))
    default:
      return cursor.unexpected()
  }
}

const constants: Readonly<Record<string, true | false | null>> = { true: true, false: false, null: null }

function keywordTerm(cursor: Cursor): Term {
  const at = cursor.at()
  const { text } = cursor.token
  if (Object.hasOwn(constants, text)) {
    cursor.advance()
    return literal(cursor, { kind: 'scalar', value: constants[text] ?? null, at })
  }
  if (text === 'contains') return parseSuffix(cursor, parseName(cursor))
  return cursor.unexpected()
}

function symbolTerm(cursor: Cursor, at: Position): Term {
  switch (cursor.token.text) {
    case '-':
      return negativeNumber(cursor, at)
    case '(':
      return parenthesised(cursor)
    case '[':
      return parseSuffix(cursor, arrayTerm(cursor, at))
    case '{':
      return parseSuffix(cursor, braceTerm(cursor, at))
    default:
      return cursor.unexpected()
  }
}

function parenthesised(cursor: Cursor): Term {
  cursor.advance()
  const term = parseTerm(cursor)
  cursor.expectSymbol(')')
  return term
}

/** The refs and calls that follow a term without a gap: `.name`, `[term]`, `(args)`. */
function parseSuffix(cursor: Cursor, head: Term): Term {
  let term: Term = head
  for (;;) {
    if (cursor.touches('.')) term = extend(term, dotted(cursor))
    else if (cursor.touches('[')) term = extend(term, bracketed(cursor))
    else if (cursor.touches('(')) term = call(cursor, term)
    else return term
  }
}

function extend(term: Term, key: Term): Ref {
  return term.kind === 'ref' ? { ...term, path: [...term.path, key] } : { kind: 'ref', head: term, path: [key], at: term.at }
}

export function bracketed(cursor: Cursor): Term {
  cursor.advance()
  const key = parseTerm(cursor)
  cursor.expectSymbol(']')
  return key
}

function call(cursor: Cursor, operator: Term): Term {
  if (operator.kind === 'var' && operator.name === 'set') return emptySet(cursor, operator)
  if (operator.kind !== 'var' && (operator.kind !== 'ref' || operator.head.kind !== 'var'))
    cursor.unexpected('expected a function name before the arguments')
  cursor.advance()
  return { kind: 'call', operator: operator as Var | Ref, args: parseList(cursor, ')'), at: operator.at }
}

function emptySet(cursor: Cursor, name: Var): Term {
  cursor.advance()
  cursor.expectSymbol(')')
  return { kind: 'set', items: [], at: name.at }
}

/** Terms with commas between them up to the closing symbol, which is consumed; a comma may end the list. */
export function parseList(cursor: Cursor, closing: string, first?: Term): readonly Term[] {
  const items: Term[] = first ? [first] : []
  if (first && !cursor.isSymbol(closing)) cursor.expectSymbol(',')
  while (!cursor.acceptSymbol(closing)) {
    items.push(parseTerm(cursor, false))
    if (!cursor.isSymbol(closing)) {
      if (!cursor.isSymbol(',')) cursor.unexpected(`expected "," or ${JSON.stringify(closing)}`)
      cursor.advance()
    }
  }
  return items
}

function arrayTerm(cursor: Cursor, at: Position): Term {
  cursor.advance()
  if (cursor.acceptSymbol(']')) return { kind: 'array', items: [], at }
  const first = parsePrimary(cursor)
  if (cursor.acceptSymbol('|')) return comprehension(cursor, at, ']', { of: 'array', value: first })
  return { kind: 'array', items: parseList(cursor, ']', parseTerm(cursor, false, first)), at }
}

function braceTerm(cursor: Cursor, at: Position): Term {
  cursor.advance()
  if (cursor.acceptSymbol('}')) return { kind: 'object', entries: [], at }
  const first = parsePrimary(cursor)
  if (cursor.acceptSymbol('|')) return comprehension(cursor, at, '}', { of: 'set', value: first })
  const head = parseTerm(cursor, false, first)
  return cursor.acceptSymbol(':') ? objectTerm(cursor, at, head) : { kind: 'set', items: parseList(cursor, '}', head), at }
}

function objectTerm(cursor: Cursor, at: Position, firstKey: Term): Term {
  const first = parsePrimary(cursor)
  if (cursor.acceptSymbol('|')) return comprehension(cursor, at, '}', { of: 'object', key: firstKey, value: first })
  const entries: (readonly [Term, Term])[] = [[firstKey, parseTerm(cursor, false, first)]]
  while (!cursor.acceptSymbol('}')) {
    if (!cursor.isSymbol(',')) cursor.unexpected('expected "," or "}"')
    cursor.advance()
    if (cursor.acceptSymbol('}')) break
    const key = parseTerm(cursor, false)
    cursor.expectSymbol(':')
    entries.push([key, parseTerm(cursor, false)])
  }
  return { kind: 'object', entries, at }
}

type ComprehensionHead = Pick<Comprehension, 'of' | 'key' | 'value'>

function comprehension(cursor: Cursor, at: Position, closing: string, head: ComprehensionHead): Term {
  return { kind: 'comprehension', ...head, body: cursor.bodyUntil(cursor, closing), at }
}
