import type { Body, Local, Statement, Term } from './ir.ts'

/** Which parts of a term count when its variables are asked for. */
export interface Reach {
  /** Variables inside comprehensions and `every`. */
  readonly closures?: boolean
  /** Variables that only a value already known could match: members of sets, keys of objects, roots of refs. */
  readonly inert?: boolean
}

/** Calls `visit` for every variable of a term. */
export function visitVars(term: Term, reach: Reach, visit: (local: Local) => void): void {
  switch (term.kind) {
    case 'const':
      return
    case 'local':
      visit(term)
      return
    case 'ref':
      if (reach.inert && typeof term.root !== 'string') visit(term.root)
      for (const key of term.path) visitVars(key, reach, visit)
      return
    case 'array':
      for (const item of term.items) visitVars(item, reach, visit)
      return
    case 'set':
      if (reach.inert) for (const item of term.items) visitVars(item, reach, visit)
      return
    case 'object':
      for (const [key, value] of term.entries) {
        if (reach.inert) visitVars(key, reach, visit)
        visitVars(value, reach, visit)
      }
      return
    case 'comprehension':
      if (!reach.closures) return
      if (term.key) visitVars(term.key, reach, visit)
      visitVars(term.value, reach, visit)
      for (const statement of term.body) visitStatement(statement, reach, visit)
  }
}

/** The terms that a statement itself consists of, without its body and modifiers. */
export function ownTerms(statement: Statement): readonly Term[] {
  switch (statement.kind) {
    case 'test':
      return [statement.term]
    case 'unify':
      return [statement.left, statement.right]
    case 'call':
      return statement.args
    case 'every':
      return [statement.domain]
  }
}

/** The values of the `with` modifiers that are terms. */
export function withTerms(statement: Statement): readonly Term[] {
  return statement.withs.flatMap(({ value }) => (value.kind === 'function' ? [] : [value]))
}

export function visitStatement(statement: Statement, reach: Reach, visit: (local: Local) => void): void {
  for (const term of ownTerms(statement)) visitVars(term, reach, visit)
  for (const term of withTerms(statement)) visitVars(term, reach, visit)
  if (statement.kind !== 'every' || !reach.closures) return
  if (statement.key) visit(statement.key)
  visit(statement.value)
  for (const inner of statement.body) visitStatement(inner, reach, visit)
}

/** Names of the variables of a term. */
export function varsOf(term: Term, reach: Reach = { inert: true }): ReadonlySet<string> {
  const names = new Set<string>()
  visitVars(term, reach, local => names.add(local.name))
  return names
}

/** Calls `visit` for every closure that a statement holds, outermost only. */
export function visitClosures(statement: Statement, visit: (body: Body, heads: readonly Term[], own: readonly Local[]) => void): void {
  const inTerm = (term: Term): void => {
    if (term.kind === 'comprehension') {
      visit(term.body, term.key ? [term.key, term.value] : [term.value], [])
      return
    }
    for (const part of partsOf(term)) inTerm(part)
  }
  for (const term of [...ownTerms(statement), ...withTerms(statement)]) inTerm(term)
  if (statement.kind === 'every') visit(statement.body, [], statement.key ? [statement.key, statement.value] : [statement.value])
}

/** The terms directly inside a term, closures excepted. */
export function partsOf(term: Term): readonly Term[] {
  switch (term.kind) {
    case 'ref':
      return term.path
    case 'array':
    case 'set':
      return term.items
    case 'object':
      return term.entries.flat()
    default:
      return []
  }
}
