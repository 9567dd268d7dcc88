import { EvalFailure, type Position } from '../errors.ts'
import type { Budget } from './budget.ts'

/** What builtins may use of the evaluation they run in. */
export interface Host {
  readonly budget: Budget
  /** The time at which the evaluation began, in nanoseconds since 1970: one instant for the whole query. */
  readonly now: bigint
  /** A random UUID, a new one each time. */
  readonly uuid: () => string
  /** What must stay the same within one query, such as random numbers, by the builtin and its operands. */
  readonly memory: Map<string, unknown>
  /** Receives what `print` writes. */
  readonly print: ((line: string, at: Position) => void) | undefined
}

/** What a builtin throws when its operands are wrong: an undefined result, or an error in strict mode. */
export class BuiltinFailure extends Error {
  constructor(
    message: string,
    readonly code: 'eval_builtin_error' | 'eval_type_error' = 'eval_builtin_error',
  ) {
    super(message)
  }
}

/** An operand of a wrong type, as OPA words it. */
export function operandFailure(position: number, wanted: string, got: string): BuiltinFailure {
  return new BuiltinFailure(`operand ${position} must be ${wanted} but got ${got}`, 'eval_type_error')
}

/** The engine's own error in place of an exhausted stack or a number out of bounds; other errors as they are. */
export function asLimit(error: unknown): unknown {
  return error instanceof RangeError ? new EvalFailure('eval_cancel_error', 'value too large or nested too deeply') : error
}
