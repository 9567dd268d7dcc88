import type { Position } from '../errors.ts'
import type { Value } from '../values/value.ts'

/**
 * The resolved form of a program: every name is a local, a path into `data` or `input`, or a builtin; calls are statements of
 * their own, in the order in which they must run.
 */
export type Term = Const | Local | RefTerm | ListTerm | ObjectTerm | Comprehension

export interface Const {
  readonly kind: 'const'
  readonly value: Value
  readonly at: Position
}

/** A local variable. Declared ones have names of their own, `shown` is what the source calls it. */
export interface Local {
  readonly kind: 'local'
  readonly name: string
  readonly shown: string
  readonly at: Position
}

export interface RefTerm {
  readonly kind: 'ref'
  readonly root: 'data' | 'input' | Local
  readonly path: readonly Term[]
  readonly at: Position
}

export interface ListTerm {
  readonly kind: 'array' | 'set'
  readonly items: readonly Term[]
  readonly at: Position
}

export interface ObjectTerm {
  readonly kind: 'object'
  readonly entries: readonly (readonly [key: Term, value: Term])[]
  readonly at: Position
}

export interface Comprehension {
  readonly kind: 'comprehension'
  readonly of: 'array' | 'set' | 'object'
  readonly key?: Term
  readonly value: Term
  readonly body: Body
  readonly at: Position
}

export type Body = readonly Statement[]

export type Statement = Test | Unify | Call | Every

interface Modified {
  readonly negated: boolean
  readonly withs: readonly With[]
  readonly at: Position
}

/** The term must be defined and not false. */
export interface Test extends Modified {
  readonly kind: 'test'
  readonly term: Term
}

export interface Unify extends Modified {
  readonly kind: 'unify'
  readonly left: Term
  readonly right: Term
}

/** A call; an argument beyond the arity receives the result, otherwise the result must not be false. */
export interface Call extends Modified {
  readonly kind: 'call'
  readonly callee: Callee
  readonly arity: number
  readonly args: readonly Term[]
}

export interface Every extends Modified {
  readonly kind: 'every'
  readonly key?: Local
  readonly value: Local
  readonly domain: Term
  readonly body: Body
}

/** A builtin by name, or a function of the policy by its path below `data`. */
export type Callee = { readonly builtin: string } | { readonly path: readonly Value[] }

/** `with` on `input` or `data` at a path, or on a function. */
export interface With {
  readonly target: { readonly root: 'input' | 'data'; readonly path: readonly Value[] } | Callee
  /** The new value, or the function that stands in. */
  readonly value: Term | { readonly kind: 'function'; readonly callee: Callee }
  readonly at: Position
}

export interface Rule {
  /** The constant keys below `data` at which the rule defines something. */
  readonly path: readonly Value[]
  /** Keys after those, when some are computed. */
  readonly suffix: readonly Term[]
  readonly kind: 'value' | 'member'
  readonly isDefault: boolean
  readonly args?: readonly Term[]
  readonly value: Term
  readonly body: Body
  readonly else?: Rule
  /** Dotted, for messages. */
  readonly name: string
  readonly at: Position
}

export const unmodified = { negated: false, withs: [] } as const

/** The path as OPA prints it: `data.foo["a-b"]`. */
export function pathText(path: readonly Value[], root = 'data'): string {
  return (
    root +
    path.map(key => (typeof key === 'string' && /^[A-Za-z_][A-Za-z0-9_]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`)).join('')
  )
}

export function calleeText(callee: Callee): string {
  return 'builtin' in callee ? callee.builtin : pathText(callee.path)
}
