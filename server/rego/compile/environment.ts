import type { Value } from '../values/value.ts'
import type { Callee } from './ir.ts'

/** What lowering asks of functions: those of the policy and the builtins. */
export interface Signatures {
  /** The number of arguments, undefined when there is no such function. */
  arity(callee: Callee): number | undefined
  /** Why there is none. */
  complaint(callee: Callee): string
  isFunction(path: readonly Value[]): boolean
}
