import type { Callee } from '../compile/ir.ts'
import type { RuleNode } from '../compile/rule-tree.ts'
import type { EvalFailure } from '../errors.ts'
import type { Value } from '../values/value.ts'
import type { Host } from './host.ts'

/** A function that stands in for another: by value or by function. */
export type Mock = { readonly value: Value } | { readonly callee: Callee }

/** What a rule was found to be: a value, or nothing. */
type Cached = Value | typeof undefinedDocument

const undefinedDocument = Symbol('undefined')

/** The documents that an evaluation reads. A `with` makes another one for the statement it modifies. */
export class Query {
  readonly #documents: (Cached | undefined)[] = []
  /** The first builtin error, kept until the end: in strict mode it is the result. */
  readonly failures: EvalFailure[]

  constructor(
    readonly input: Value | undefined,
    readonly data: Value,
    readonly host: Host,
    /** Rules that a `with data…` replaces. */
    readonly masked: readonly RuleNode[] | undefined,
    readonly mocks: ReadonlyMap<string, Mock> | undefined,
    failures: EvalFailure[] = [],
  ) {
    this.failures = failures
  }

  /** The document of a rule, evaluated once. */
  document(node: RuleNode, evaluate: (query: Query) => Value | undefined): Value | undefined {
    const known = this.#documents[node.id]
    if (known !== undefined) return known === undefinedDocument ? undefined : known
    this.host.budget.tick()
    const value = evaluate(this)
    this.#documents[node.id] = value === undefined ? undefinedDocument : value
    return value
  }

  with(changes: {
    readonly input?: Value
    readonly data?: Value
    readonly masked?: RuleNode
    readonly mock?: readonly [string, Mock]
  }): Query {
    const masked = changes.masked ? [...(this.masked ?? []), changes.masked] : this.masked
    const mocks = changes.mock ? new Map([...(this.mocks ?? []), changes.mock]) : this.mocks
    const { input = this.input, data = this.data } = changes
    return new Query(input, data, this.host, masked, mocks, this.failures)
  }

  /** The same documents without one mock: inside a stand-in the original is called. */
  without(mock: string): Query {
    const mocks = new Map(this.mocks)
    mocks.delete(mock)
    return new Query(this.input, this.data, this.host, this.masked, mocks.size > 0 ? mocks : undefined, this.failures)
  }

  /** Whether a `with` replaces what the rules at a place define. */
  isMasked(node: RuleNode): boolean {
    return this.masked?.some(mask => mask.path.length <= node.path.length && mask.path.every((key, i) => node.path[i] === key)) ?? false
  }
}
