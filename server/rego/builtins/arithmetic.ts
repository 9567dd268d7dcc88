import { BuiltinFailure, operandFailure } from '../evaluate/host.ts'
import { add, type BigFloat, fromBigFloat, multiply, quotient, subtract, toBigFloat } from '../values/big-float.ts'
import { kindOf } from '../values/compare.ts'
import { compareNumbers, decimalOf, fromBigInt, fromDecimal, integerOf, isInteger } from '../values/decimal.ts'
import { hasMember } from '../values/set.ts'
import { type Num, RegoSet, type Value } from '../values/value.ts'
import { builtin } from './builtin.ts'
import { anySet, number, union } from './type.ts'

/** Small integers are computed as such, all other numbers as OPA's 64-bit-mantissa floats. */
function compute(a: Num, b: Num, small: (a: number, b: number) => number, large: (a: BigFloat, b: BigFloat) => BigFloat): Num {
  if (typeof a === 'number' && typeof b === 'number' && Number.isSafeInteger(a) && Number.isSafeInteger(b)) {
    const result = small(a, b)
    if (Number.isSafeInteger(result)) return result === 0 ? 0 : result
  }
  return fromBigFloat(large(toBigFloat(a), toBigFloat(b)))
}

export function plus(a: Num, b: Num): Num {
  return compute(a, b, (x, y) => x + y, add)
}

export function times(a: Num, b: Num): Num {
  return compute(a, b, (x, y) => x * y, multiply)
}

function minus(a: Value, b: Value): Num | RegoSet {
  if (a instanceof RegoSet && b instanceof RegoSet) return a.filter(member => !hasMember(b, member))
  if (kindOf(a) === 'number' && kindOf(b) === 'number') return compute(a as Num, b as Num, (x, y) => x - y, subtract)
  throw operandFailure(kindOf(a) === kindOf(b) ? 1 : 2, a instanceof RegoSet ? 'set' : 'number', kindOf(b))
}

function divide(a: Num, b: Num): Num {
  if (compareNumbers(b, 0) === 0) throw new BuiltinFailure('divide by zero')
  return compute(a, b, (x, y) => (x % y === 0 ? x / y : Number.NaN), quotient)
}

function remainder(a: Num, b: Num): Num {
  const x = integerOf(a)
  const y = integerOf(b)
  if (x === undefined || y === undefined) throw new BuiltinFailure('modulo on floating-point number')
  if (y === 0n) throw new BuiltinFailure('modulo by zero')
  return fromBigInt(x % y)
}

/** Rounds a decimal to an integer; `choose` decides from the floor and whether the fraction reaches one half. */
function toInteger(value: Num, choose: (floor: bigint, fraction: 'less' | 'more', negative: boolean) => bigint): Num {
  if (isInteger(value)) return value
  const { coefficient, exponent } = decimalOf(value)
  if (exponent < -400) return fromBigInt(choose(coefficient < 0n ? -1n : 0n, coefficient < 0n ? 'more' : 'less', coefficient < 0n))
  const unit = 10n ** BigInt(-exponent)
  const floor = coefficient < 0n ? -((-coefficient + unit - 1n) / unit) : coefficient / unit
  const rest = coefficient - floor * unit
  return fromBigInt(
    choose(floor, rest * 2n >= unit ? (coefficient < 0n && rest * 2n === unit ? 'less' : 'more') : 'less', coefficient < 0n),
  )
}

function absolute(value: Num): Num {
  const { coefficient, exponent } = decimalOf(value)
  return coefficient < 0n ? fromDecimal({ coefficient: -coefficient, exponent }) : value
}

const numberOrSet = union(number, anySet)

/** https://www.openpolicyagent.org/docs/policy-reference/builtins/numbers */
export const arithmetic = [
  builtin('plus', [number, number], number, plus),
  builtin('minus', [numberOrSet, numberOrSet], numberOrSet, minus),
  builtin('mul', [number, number], number, times),
  builtin('div', [number, number], number, divide),
  builtin('rem', [number, number], number, remainder),
  builtin('round', [number], number, value => toInteger(value, (floor, fraction) => (fraction === 'more' ? floor + 1n : floor))),
  builtin('ceil', [number], number, value => toInteger(value, floor => floor + 1n)),
  builtin('floor', [number], number, value => toInteger(value, floor => floor)),
  builtin('abs', [number], number, absolute),
]
