import { equal } from '../values/equal.ts'
import { isObject, objectEntries } from '../values/object.ts'
import type { Value } from '../values/value.ts'
import type { Local, RefTerm, Statement, Term } from './ir.ts'
import { ownTerms, partsOf, varsOf, visitVars, withTerms } from './vars.ts'

type Names = ReadonlySet<string>

/** The variables that a statement binds, given those that are bound before it. */
export function outputs(statement: Statement, safe: Names): Names {
  if (statement.negated || statement.kind === 'every') return new Set()
  if (withTerms(statement).some(term => !isSubset(varsOf(term), safe))) return new Set()
  const found = new Set<string>()
  for (const term of ownTerms(statement)) refOutputs(term, safe, found)
  if (statement.kind === 'unify')
    for (const name of new Unification([...safe, ...found]).run(statement.left, statement.right)) found.add(name)
  if (statement.kind === 'call') callOutputs(statement, safe, found)
  return minus(found, safe)
}

/** Refs bind the variables in their brackets once their root is known. */
function refOutputs(term: Term, safe: Names, found: Set<string>): void {
  if (term.kind === 'ref' && rootIsSafe(term, safe)) for (const key of term.path) visitVars(key, {}, local => found.add(local.name))
  for (const part of partsOf(term)) refOutputs(part, safe, found)
}

function rootIsSafe(ref: RefTerm, safe: Names): boolean {
  return typeof ref.root === 'string' || safe.has(ref.root.name)
}

/** What unification makes known: variables by known values, arrays and objects part by part. */
class Unification {
  readonly #known: Set<string>
  /** Pairs that wait for one of their sides. */
  readonly #waiting: (readonly [Term, Term])[] = []

  constructor(known: Iterable<string>) {
    this.#known = new Set(known)
  }

  run(left: Term, right: Term): Names {
    this.#unify(left, right)
    for (let before = -1; before !== this.#known.size; ) {
      before = this.#known.size
      for (const [a, b] of this.#waiting.splice(0)) this.#unify(a, b)
    }
    return this.#known
  }

  #unify(a: Term, b: Term): void {
    if (a.kind === 'local') {
      this.#unifyVar(a, b)
      return
    }
    if (b.kind === 'local') {
      this.#unifyVar(b, a)
      return
    }
    if (isOpaque(a)) {
      if (this.#isRooted(a)) this.#mark(b)
      return
    }
    if (isOpaque(b)) {
      if (this.#isRooted(b)) this.#mark(a)
      return
    }
    const [items, others] = [itemsOf(a), itemsOf(b)]
    if (items && others && items.length === others.length) for (const [i, item] of items.entries()) this.#unify(item, others[i] as Term)
    const [entries, twins] = [entriesOf(a), entriesOf(b)]
    if (entries && twins) for (const [value, other] of sameKeys(entries, twins)) this.#unify(value, other)
  }

  #unifyVar(local: Local, term: Term): void {
    if (this.#known.has(local.name)) {
      this.#mark(term)
      return
    }
    const isFixed = isOpaque(term) ? this.#isRooted(term) : isSubset(varsOf(term), this.#known)
    if (isFixed) this.#known.add(local.name)
    else this.#waiting.push([local, term])
  }

  #mark(term: Term): void {
    visitVars(term, {}, local => this.#known.add(local.name))
  }

  #isRooted(term: Term): boolean {
    return term.kind !== 'ref' || rootIsSafe(term, this.#known)
  }
}

/** Terms whose value comes from elsewhere: refs and comprehensions. */
function isOpaque(term: Term): boolean {
  return term.kind === 'ref' || term.kind === 'comprehension'
}

function itemsOf(term: Term): readonly Term[] | undefined {
  if (term.kind === 'array') return term.items
  return term.kind === 'const' && Array.isArray(term.value)
    ? term.value.map((value: Value): Term => ({ kind: 'const', value, at: term.at }))
    : undefined
}

type Entries = readonly (readonly [Term, Term])[]

function entriesOf(term: Term): Entries | undefined {
  if (term.kind === 'object') return term.entries
  if (term.kind !== 'const' || !isObject(term.value)) return undefined
  const constant = (value: Value): Term => ({ kind: 'const', value, at: term.at })
  return [...objectEntries(term.value)].map(([key, value]) => [constant(key), constant(value)] as const)
}

/** Whether two keys are the same term: a constant, or a variable. */
export function isSameKey(a: Term, b: Term): boolean {
  if (a.kind === 'const') return b.kind === 'const' && equal(a.value, b.value)
  return a.kind === 'local' && b.kind === 'local' && a.name === b.name
}

function sameKeys(a: Entries, b: Entries): Entries {
  if (a.length !== b.length) return []
  return a.flatMap(([key, value]) => {
    const twin = b.find(([other]) => isSameKey(key, other))
    return twin ? [[value, twin[1]] as const] : []
  })
}

function callOutputs(call: Statement & { kind: 'call' }, safe: Names, found: Set<string>): void {
  const known = new Set([...safe, ...found])
  const inputs = call.args.slice(0, call.arity)
  if (!inputs.every(input => isSubset(varsOf(input), known))) {
    found.clear()
    return
  }
  for (const result of call.args.slice(call.arity)) visitVars(result, {}, local => found.add(local.name))
}

export function isSubset(names: Names, of: Names): boolean {
  for (const name of names) if (!of.has(name)) return false
  return true
}

export function minus(names: Names, without: Names): Set<string> {
  return new Set([...names].filter(name => !without.has(name)))
}
