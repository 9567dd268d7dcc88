import { compileError, type RegoError } from '../errors.ts'
import type { Body, Local, Rule, Statement, Term } from './ir.ts'
import { isSubset, minus, outputs } from './outputs.ts'
import { visitClosures, visitStatement, visitVars, withTerms } from './vars.ts'

/**
 * Safety (https://www.openpolicyagent.org/docs/policy-language#safety): every variable must be bound by some statement. Bodies are
 * put in an order in which each statement finds its variables bound.
 */
export function orderBody(body: Body, given: ReadonlySet<string>, errors: RegoError[]): Body {
  const own = directVars(body)
  const safe = new Set(given)
  const waiting = new Set(body)
  const ordered: Statement[] = []
  for (let before = -1; before !== ordered.length; ) {
    before = ordered.length
    for (const statement of waiting) {
      const bound = outputs(statement, safe)
      if (!isReady(statement, own, safe, bound)) continue
      waiting.delete(statement)
      ordered.push(orderClosures(statement, new Set(safe), errors))
      for (const name of bound) safe.add(name)
    }
  }
  if (waiting.size > 0) report(waiting, safe, own, errors)
  return ordered
}

/** Every variable that the statements mention outside of closures, so that closures share it. */
function directVars(body: Body): ReadonlySet<string> {
  const names = new Set<string>()
  for (const statement of body) visitStatement(statement, { inert: true }, local => names.add(local.name))
  return names
}

/** A statement runs once its variables and those that its closures share with the body are bound. */
function isReady(statement: Statement, own: ReadonlySet<string>, safe: ReadonlySet<string>, bound: ReadonlySet<string>): boolean {
  const direct = new Set<string>()
  visitStatement(statement, { inert: true }, local => direct.add(local.name))
  if (!isSubset(minus(direct, bound), safe)) return false
  return isSubset(new Set([...closureVars(statement)].filter(name => own.has(name))), safe)
}

function closureVars(statement: Statement): ReadonlySet<string> {
  const names = new Set<string>()
  visitClosures(statement, (body, heads) => {
    for (const inner of body) visitStatement(inner, { inert: true, closures: true }, local => names.add(local.name))
    for (const head of heads) visitVars(head, { inert: true, closures: true }, local => names.add(local.name))
  })
  return names
}

function orderClosures(statement: Statement, safe: ReadonlySet<string>, errors: RegoError[]): Statement {
  const inTerm = (term: Term): Term => orderTerm(term, safe, errors)
  const withs =
    withTerms(statement).length === 0
      ? statement.withs
      : statement.withs.map(item => (item.value.kind === 'function' ? item : { ...item, value: inTerm(item.value) }))
  switch (statement.kind) {
    case 'test':
      return { ...statement, withs, term: inTerm(statement.term) }
    case 'unify':
      return { ...statement, withs, left: inTerm(statement.left), right: inTerm(statement.right) }
    case 'call':
      return { ...statement, withs, args: statement.args.map(inTerm) }
    case 'every': {
      const names = [...(statement.key ? [statement.key.name] : []), statement.value.name]
      return {
        ...statement,
        withs,
        domain: inTerm(statement.domain),
        body: orderBody(statement.body, new Set([...safe, ...names]), errors),
      }
    }
  }
}

function orderTerm(term: Term, safe: ReadonlySet<string>, errors: RegoError[]): Term {
  const inTerm = (part: Term): Term => orderTerm(part, safe, errors)
  switch (term.kind) {
    case 'ref':
      return { ...term, path: term.path.map(inTerm) }
    case 'array':
    case 'set':
      return { ...term, items: term.items.map(inTerm) }
    case 'object':
      return { ...term, entries: term.entries.map(([key, value]) => [inTerm(key), inTerm(value)] as const) }
    case 'comprehension': {
      const before = errors.length
      const body = orderBody(term.body, safe, errors)
      const heads = term.key ? [term.key, term.value] : [term.value]
      if (errors.length === before) checkHeads(heads, new Set([...safe, ...directVars(body)]), errors)
      return { ...term, body, ...(term.key ? { key: inTerm(term.key) } : {}), value: inTerm(term.value) }
    }
    default:
      return term
  }
}

function report(waiting: Iterable<Statement>, safe: ReadonlySet<string>, own: ReadonlySet<string>, errors: RegoError[]): void {
  for (const statement of waiting) {
    const bound = outputs(statement, safe)
    const unsafe = new Map<string, Local>()
    visitStatement(statement, { inert: true }, local => {
      if (!safe.has(local.name) && !bound.has(local.name)) unsafe.set(local.shown, local)
    })
    visitClosures(statement, (body, heads) => {
      const visit = (local: Local): unknown => own.has(local.name) && !safe.has(local.name) && unsafe.set(local.shown, local)
      for (const inner of body) visitStatement(inner, { inert: true, closures: true }, visit)
      for (const head of heads) visitVars(head, { inert: true, closures: true }, visit)
    })
    complain(unsafe.values(), statement, errors)
  }
}

function complain(unsafe: Iterable<Local>, statement: Statement, errors: RegoError[]): void {
  const named = [...unsafe].filter(local => local.shown !== '_')
  if (named.length === 0) errors.push(compileError('rego_unsafe_var_error', statement.at, 'expression is unsafe'))
  for (const local of named) {
    if (!errors.some(error => error.message === `var ${local.shown} is unsafe`))
      errors.push(compileError('rego_unsafe_var_error', local.at, `var ${local.shown} is unsafe`))
  }
}

/** The variables of a head must occur in the body or among the arguments. */
export function checkRuleHead(rule: Rule, errors: RegoError[]): void {
  const known = new Set(directVars(rule.body))
  for (const arg of rule.args ?? []) visitVars(arg, { inert: true }, local => known.add(local.name))
  checkHeads([...rule.suffix, rule.value], known, errors)
}

function checkHeads(heads: readonly Term[], known: ReadonlySet<string>, errors: RegoError[]): void {
  for (const head of heads) {
    visitVars(head, { inert: true }, local => {
      if (known.has(local.name)) return
      errors.push(
        compileError('rego_unsafe_var_error', local.at, local.shown === '_' ? 'expression is unsafe' : `var ${local.shown} is unsafe`),
      )
    })
  }
}

/** The rule with its bodies in safe order. */
export function orderRule(rule: Rule, errors: RegoError[]): Rule {
  const given = new Set<string>()
  for (const arg of rule.args ?? []) visitVars(arg, { inert: true }, local => given.add(local.name))
  const body = orderBody(rule.body, given, errors)
  const safe = new Set([...given, ...directVars(body)])
  const inTerm = (term: Term): Term => orderTerm(term, safe, errors)
  return {
    ...rule,
    body,
    suffix: rule.suffix.map(inTerm),
    value: inTerm(rule.value),
    ...(rule.else ? { else: orderRule(rule.else, errors) } : {}),
  }
}
