import { BuiltinFailure } from '../evaluate/host.ts'
import { fromBigInt } from '../values/decimal.ts'
import type { Num } from '../values/value.ts'
import { builtin } from './builtin.ts'
import { integerOperand } from './integer.ts'
import { number } from './type.ts'

/** Shifts beyond this would build numbers that no policy needs. */
const maxShift = 1n << 14n

function bitwise(a: Num, b: Num, operate: (a: bigint, b: bigint) => bigint): Num {
  return fromBigInt(operate(integerOperand(a, 1), integerOperand(b, 2)))
}

function shift(a: Num, b: Num, operate: (a: bigint, b: bigint) => bigint): Num {
  const value = integerOperand(a, 1)
  const width = integerOperand(b, 2)
  if (width < 0n) throw new BuiltinFailure('operand 2 must be an unsigned integer number but got a negative integer', 'eval_type_error')
  if (width > maxShift) throw new BuiltinFailure('operand 2 is out of range', 'eval_type_error')
  return fromBigInt(operate(value, width))
}

/** https://www.openpolicyagent.org/docs/policy-reference/builtins/bits */
export const bits = [
  builtin('bits.or', [number, number], number, (a, b) => bitwise(a, b, (x, y) => x | y)),
  builtin('bits.and', [number, number], number, (a, b) => bitwise(a, b, (x, y) => x & y)),
  builtin('bits.xor', [number, number], number, (a, b) => bitwise(a, b, (x, y) => x ^ y)),
  builtin('bits.negate', [number], number, a => fromBigInt(~integerOperand(a, 1))),
  builtin('bits.lsh', [number, number], number, (a, b) => shift(a, b, (x, y) => x << y)),
  builtin('bits.rsh', [number, number], number, (a, b) => shift(a, b, (x, y) => x >> y)),
]
