import type { Host } from '../evaluate/host.ts'
import type { Value } from '../values/value.ts'
import type { Type } from './type.ts'

/** One builtin: its name, its types, and what it does. Tables of these are the families. */
export interface Builtin {
  readonly name: string
  readonly args: readonly Type[]
  readonly result: Type
  readonly run: (...operands: never) => Value | undefined
  /** Yields results one by one instead of one (`walk`). */
  readonly isRelation?: true
  /** False for operands of other types. */
  readonly isPredicate?: true
  /** No longer allowed in Rego v1 sources. */
  readonly isDeprecated?: true
}

type ValuesOf<A extends readonly Type[]> = { readonly [I in keyof A]: A[I] extends Type<infer V> ? V : never }

/**
 * A row of a family. The function gets the operands with the types of the signature, then the host; it answers undefined when the
 * result is undefined and throws `BuiltinFailure` when an operand is wrong.
 */
export function builtin<const A extends readonly Type[], R extends Value>(
  name: string,
  args: A,
  result: Type<R>,
  run: (...operands: [...ValuesOf<A>, Host]) => R | undefined,
): Builtin {
  return { name, args, result, run }
}

/** A test that answers false, not an error, when its operand has another type. */
export function predicate(row: Builtin): Builtin {
  return { ...row, isPredicate: true }
}

export function deprecated(row: Builtin): Builtin {
  return { ...row, isDeprecated: true }
}
