import type { Position } from '../errors.ts'
import type { Num } from '../values/value.ts'

/** The syntax tree (https://www.openpolicyagent.org/docs/policy-reference#grammar). */
export type Term = Scalar | Var | Ref | ArrayTerm | SetTerm | ObjectTerm | Comprehension | Call | Template

export interface Scalar {
  readonly kind: 'scalar'
  readonly value: null | boolean | Num | string
  readonly at: Position
}

/** A variable; `$` begins the names of wildcards, so that no source can write them. */
export interface Var {
  readonly kind: 'var'
  readonly name: string
  readonly at: Position
}

/** `head[path₀][path₁]…`; `.name` is a string in the path. */
export interface Ref {
  readonly kind: 'ref'
  readonly head: Term
  readonly path: readonly Term[]
  readonly at: Position
}

export interface ArrayTerm {
  readonly kind: 'array'
  readonly items: readonly Term[]
  readonly at: Position
}

export interface SetTerm {
  readonly kind: 'set'
  readonly items: readonly Term[]
  readonly at: Position
}

export interface ObjectTerm {
  readonly kind: 'object'
  readonly entries: readonly (readonly [key: Term, value: Term])[]
  readonly at: Position
}

/** `[value | body]`, `{value | body}`, `{key: value | body}`. */
export interface Comprehension {
  readonly kind: 'comprehension'
  readonly of: 'array' | 'set' | 'object'
  readonly key?: Term
  readonly value: Term
  readonly body: Body
  readonly at: Position
}

/** A function call; operators are calls of their builtin (`plus`, `equal`, …). */
export interface Call {
  readonly kind: 'call'
  /** The dotted name as written, or the full path once resolved. */
  readonly operator: Var | Ref
  readonly args: readonly Term[]
  /** Written between its operands, hence never a function of the policy. */
  readonly infix?: true
  readonly at: Position
}

/** `$"text {expression} text"`: a part that is undefined prints as `<undefined>`. */
export interface Template {
  readonly kind: 'template'
  readonly parts: readonly (string | Expr)[]
  readonly at: Position
}

export type Body = readonly Expr[]

/** One statement of a body. */
export type Expr = TermExpr | SomeExpr | SomeInExpr | EveryExpr

interface Modified {
  readonly negated: boolean
  readonly withs: readonly With[]
  readonly at: Position
}

/** A term that must be defined and not false; `=` and `:=` are calls of `eq` and `assign`. */
export interface TermExpr extends Modified {
  readonly kind: 'term'
  readonly term: Term
}

/** `some x, y` */
export interface SomeExpr extends Modified {
  readonly kind: 'some'
  readonly names: readonly Var[]
}

/** `some value in domain`, `some key, value in domain` */
export interface SomeInExpr extends Modified {
  readonly kind: 'some-in'
  readonly key?: Term
  readonly value: Term
  readonly domain: Term
}

/** `every key, value in domain { body }` */
export interface EveryExpr extends Modified {
  readonly kind: 'every'
  readonly key?: Var
  readonly value: Var
  readonly domain: Term
  readonly body: Body
}

/** `with target as value` */
export interface With {
  readonly target: Ref | Var
  readonly value: Term
  readonly at: Position
}

/** What a rule defines: one value, a member of a set, or a function's value. */
export interface Head {
  /** The name, then the keys of a ref head, as written. */
  readonly ref: readonly Term[]
  readonly args?: readonly Term[]
  /** Present when the rule is a multi-value rule (`contains`). */
  readonly member?: Term
  readonly value: Term
  /** Whether the source writes the value; `true` is understood otherwise. */
  readonly valued: boolean
  readonly at: Position
}

export interface Rule {
  readonly isDefault: boolean
  readonly head: Head
  readonly body: Body
  readonly else?: Rule
  readonly at: Position
}

export interface Import {
  readonly path: Ref
  readonly alias?: string
  readonly at: Position
}

export interface Comment {
  readonly text: string
  readonly row: number
  readonly col: number
}

export interface Module {
  readonly file: string
  readonly package: readonly string[]
  readonly imports: readonly Import[]
  readonly rules: readonly Rule[]
  readonly comments: readonly Comment[]
  readonly at: Position
}
