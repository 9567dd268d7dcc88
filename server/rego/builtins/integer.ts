import { BuiltinFailure } from '../evaluate/host.ts'
import { integerOf } from '../values/decimal.ts'
import type { Num } from '../values/value.ts'

/** The operand as an integer. @throws BuiltinFailure when it has a fraction. */
export function integerOperand(value: Num, position: number): bigint {
  const integer = integerOf(value)
  if (integer === undefined)
    throw new BuiltinFailure(`operand ${position} must be integer number but got floating-point number`, 'eval_type_error')
  return integer
}

/** The operand as an integer that a double holds. @throws BuiltinFailure when it has a fraction or is too large. */
export function smallOperand(value: Num, position: number): number {
  const integer = Number(integerOperand(value, position))
  if (!Number.isSafeInteger(integer)) throw new BuiltinFailure(`operand ${position} is out of range`, 'eval_type_error')
  return integer
}
