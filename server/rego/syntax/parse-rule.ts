import type { Body, Call, Head, Ref, Rule, Scalar, Term, TermExpr } from './ast.ts'
import type { Cursor } from './cursor.ts'
import { parseStatement } from './parse-body.ts'
import { dotted, parseName } from './parse-name.ts'
import { bracketed, parseList, parsePrimary, parseTerm } from './parse-term.ts'

/** The rules that one declaration makes: several when v0 chains bodies behind one head. */
export function parseRule(cursor: Cursor, v1: boolean): readonly Rule[] {
  const at = cursor.at()
  const isDefault = cursor.acceptKeyword('default')
  const head = parseHead(cursor)
  if (isDefault) return [defaultRule(cursor, head, at)]
  const hasIf = cursor.acceptKeyword('if')
  if (!hasIf && !cursor.isSymbol('{')) return [withoutBody(cursor, head, at, v1)]
  if (!hasIf && v1) cursor.fail('`if` keyword is required before rule body', at)
  const body = hasIf ? ifBody(cursor) : braceBody(cursor)
  const final = partialSetHead(cursor, head, hasIf, v1)
  if (cursor.isKeyword('else')) return [{ isDefault, head: final, body, else: parseElse(cursor, final, v1), at }]
  const rules: Rule[] = [{ isDefault, head: final, body, at }]
  while (!hasIf && cursor.isSymbol('{')) rules.push({ isDefault, head: final, body: braceBody(cursor), at })
  return rules
}

function withoutBody(cursor: Cursor, head: Head, at: Rule['at'], v1: boolean): Rule {
  const final = partialSetHead(cursor, head, false, v1)
  // A function without value and body is a fact about its arguments.
  if (!final.valued && !final.member && !final.args) cursor.fail(`var cannot be used for rule name`, at)
  const rule: Rule = { isDefault: false, head: final, body: always(head), at }
  return cursor.isKeyword('else') ? { ...rule, else: parseElse(cursor, final, v1) } : rule
}

/** The body of a rule that has none. */
function always(head: Head): Body {
  const term: Scalar = { kind: 'scalar', value: true, at: head.at }
  const expr: TermExpr = { kind: 'term', term, negated: false, withs: [], at: head.at }
  return [expr]
}

function defaultRule(cursor: Cursor, head: Head, at: Rule['at']): Rule {
  if (!head.valued) cursor.unexpected('expected default rule value (e.g., default name := <VALUE>)')
  if (head.member) cursor.fail('illegal default rule (must have a value)', at)
  return { isDefault: true, head, body: always(head), at }
}

/** `p[x]` without a value is a partial set in v0; in v1 it needs `contains`, or `if` to mean an object of `true`. */
function partialSetHead(cursor: Cursor, head: Head, hasIf: boolean, v1: boolean): Head {
  const key = head.ref.at(-1)
  if (head.valued || head.member || head.args || head.ref.length < 2 || !key || hasIf) return head
  if (v1) cursor.fail('`contains` keyword is required for partial set rules', head.at)
  return head.ref.length === 2 ? { ...head, ref: head.ref.slice(0, -1), member: key } : head
}

function ifBody(cursor: Cursor): Body {
  return cursor.isSymbol('{') && !beginsComprehension(cursor) ? braceBody(cursor) : [parseStatement(cursor)]
}

/** `if {x | …}` is a set comprehension that stands alone, as OPA reads it. */
function beginsComprehension(cursor: Cursor): boolean {
  const found = cursor.peek(() => {
    cursor.advance()
    parsePrimary(cursor)
    return cursor.isSymbol('|')
  })
  return found ?? false
}

function braceBody(cursor: Cursor): Body {
  cursor.advance()
  return cursor.bodyUntil(cursor, '}')
}

function parseElse(cursor: Cursor, owner: Head, v1: boolean): Rule {
  const at = cursor.at()
  if (owner.member) cursor.fail('else keyword cannot be used on multi-value rules')
  cursor.advance()
  const valued = cursor.isSymbol(':=') || cursor.isSymbol('=')
  if (valued) cursor.advance()
  const value: Term = valued ? parseTerm(cursor) : { kind: 'scalar', value: true, at }
  const head: Head = { ...owner, value, valued, at }
  const hasIf = cursor.acceptKeyword('if')
  const isBrace = cursor.isSymbol('{')
  if (!hasIf && !isBrace) {
    if (!valued) cursor.unexpected('expected else value term or rule body')
    return { isDefault: false, head, body: always(head), at, ...(cursor.isKeyword('else') ? { else: parseElse(cursor, owner, v1) } : {}) }
  }
  if (!hasIf && v1) cursor.fail('`if` keyword is required before rule body', at)
  const body = isBrace ? braceBody(cursor) : [parseStatement(cursor)]
  return { isDefault: false, head, body, at, ...(cursor.isKeyword('else') ? { else: parseElse(cursor, owner, v1) } : {}) }
}

function parseHead(cursor: Cursor): Head {
  const at = cursor.at()
  if (cursor.token.kind !== 'name') cursor.unexpected('expected rule head name')
  const ref: Term[] = [parseName(cursor)]
  const keys = (): void => {
    while (cursor.touches('.') || cursor.touches('[')) ref.push(cursor.isSymbol('.') ? dotted(cursor) : bracketed(cursor))
  }
  keys()
  const args = cursor.touches('(') ? parseArgs(cursor) : undefined
  const truth: Scalar = { kind: 'scalar', value: true, at }
  const base: Head = { ref, ...(args ? { args } : {}), value: truth, valued: false, at }
  if (cursor.isKeyword('contains')) {
    cursor.advance()
    if (args) cursor.fail('the contains keyword can only be used with multi-value rule definitions (e.g., p contains <VALUE> { ... })', at)
    return { ...base, member: parseTerm(cursor) }
  }
  if (!cursor.acceptSymbol(':=') && !cursor.acceptSymbol('=')) return base
  return { ...base, value: parseTerm(cursor), valued: true }
}

function parseArgs(cursor: Cursor): readonly Term[] {
  cursor.advance()
  return parseList(cursor, ')')
}

/** The dotted name of a function as a call writes it, undefined for anything computed. */
export function operatorName(operator: Call['operator']): string {
  return operator.kind === 'var' ? operator.name : [(operator as Ref).head, ...operator.path].map(nameOf).join('.')
}

function nameOf(term: Term): string {
  return term.kind === 'var' ? term.name : term.kind === 'scalar' ? String(term.value) : '?'
}
