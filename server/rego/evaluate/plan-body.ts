import { eager } from '../compile/eager.ts'
import type { Body, Every, Statement, Term, Unify } from '../compile/ir.ts'
import { isSameKey } from '../compile/outputs.ts'
import { each, isCollection } from './each.ts'
import type { Getter, Op } from './frame.ts'
import { planCall } from './plan-call.ts'
import { planPattern } from './plan-pattern.ts'
import { planTerm } from './plan-term.ts'
import { planWith } from './plan-with.ts'
import type { Planner } from './planner.ts'

/** Plans the statements of a body, which stand in safe order. */
export function planBody(planner: Planner, body: Body): void {
  for (const statement of body) for (const step of eager(statement, () => planner.fresh(statement.at))) planModified(planner, step)
}

function planModified(planner: Planner, statement: Statement): void {
  if (statement.withs.length > 0) {
    planWith(planner, statement, planTerm, () => planModified(planner, { ...statement, withs: [] }))
    return
  }
  if (statement.negated) {
    planNot(planner, { ...statement, negated: false })
    return
  }
  planStatement(planner, statement)
}

/** Holds when the statement has no solution. */
function planNot(planner: Planner, statement: Statement): void {
  const inner = planner.aside(
    () => planStatement(planner, statement),
    () => () => true,
  )
  planner.push(next => frame => !inner(frame) && next(frame))
}

function planStatement(planner: Planner, statement: Statement): void {
  switch (statement.kind) {
    case 'test':
      planner.push(truth(planTerm(planner, statement.term)))
      return
    case 'unify':
      planUnify(planner, statement)
      return
    case 'call':
      planCall(planner, statement, planTerm)
      return
    case 'every':
      planEvery(planner, statement)
      return
  }
}

function truth(getter: Getter): Op {
  return next => frame => {
    const value = getter(frame)
    return value !== undefined && value !== false && next(frame)
  }
}

/** Pairs that could not be decided yet come again after the others have bound their variables. */
function planUnify(planner: Planner, { left, right }: Unify): void {
  let pairs: (readonly [Term, Term])[] = [[left, right]]
  for (let before = -1; pairs.length > 0 && before !== pairs.length; ) {
    before = pairs.length
    pairs = pairs.flatMap(([a, b]) => unifyPair(planner, a, b))
    if (pairs.length > before) before = -1
  }
  if (pairs.length > 0) planner.push(() => () => false)
}

/** Plans one pair; the answer is what must still be unified. */
function unifyPair(planner: Planner, a: Term, b: Term): readonly (readonly [Term, Term])[] {
  if (isKnown(planner, a)) return matchPair(planner, a, b)
  if (isKnown(planner, b)) return matchPair(planner, b, a)
  if (a.kind === 'array' && b.kind === 'array')
    return a.items.length === b.items.length ? a.items.map((item, i) => [item, b.items[i] as Term] as const) : never(planner)
  if (a.kind === 'object' && b.kind === 'object') return objectPairs(planner, a.entries, b.entries)
  return isDecidable(a) && isDecidable(b) ? never(planner) : [[a, b]]
}

function isDecidable(term: Term): boolean {
  return term.kind !== 'local'
}

function never(planner: Planner): readonly [] {
  planner.push(() => () => false)
  return []
}

function objectPairs(
  planner: Planner,
  a: readonly (readonly [Term, Term])[],
  b: readonly (readonly [Term, Term])[],
): readonly (readonly [Term, Term])[] {
  const pairs = a.flatMap(([key, value]) => {
    const twin = b.find(([other]) => isSameKey(key, other))
    return twin ? [[value, twin[1]] as const] : []
  })
  return pairs.length === a.length && pairs.length === b.length ? pairs : never(planner)
}

function matchPair(planner: Planner, known: Term, pattern: Term): readonly [] {
  const getter = planTerm(planner, known)
  if (pattern.kind === 'local' && !planner.isBound(pattern)) {
    assign(planner, planner.slot(pattern), getter)
    planner.bind(pattern)
    return []
  }
  const match = planPattern(planner, pattern, planTerm)
  planner.push(next => frame => {
    const value = getter(frame)
    return value !== undefined && match(frame, value) && next(frame)
  })
  return []
}

function assign(planner: Planner, slot: number, getter: Getter): void {
  planner.push(next => frame => {
    const value = getter(frame)
    if (value === undefined) return false
    frame.slots[slot] = value
    return next(frame)
  })
}

/** A term that plans to a getter: all bound, but for variables in the brackets of refs, over which the plan loops. */
function isKnown(planner: Planner, term: Term): boolean {
  switch (term.kind) {
    case 'local':
      return planner.isBound(term)
    case 'ref':
      return typeof term.root === 'string' || planner.isBound(term.root)
    case 'array':
    case 'set':
      return term.items.every(item => isKnown(planner, item))
    case 'object':
      return term.entries.every(([key, value]) => isKnown(planner, key) && isKnown(planner, value))
    default:
      return true
  }
}

/** Holds when the body has a solution for every element. */
function planEvery(planner: Planner, { key, value, domain, body }: Every): void {
  const getter = planTerm(planner, domain)
  const slots = { key: key ? planner.slot(key) : planner.temporary(), value: planner.slot(value) }
  const inner = planner.aside(
    () => {
      if (key) planner.bind(key)
      planner.bind(value)
      planner.body(body)
    },
    () => () => true,
  )
  planner.push(next => frame => {
    const collection = getter(frame)
    if (collection === undefined || !isCollection(collection)) return false
    const failed = each(collection, (name, item) => {
      frame.query.host.budget.tick()
      frame.slots[slots.key] = name
      frame.slots[slots.value] = item
      return !inner(frame)
    })
    return !failed && next(frame)
  })
}
