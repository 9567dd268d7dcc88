import { type Decimal, decimalOf, fromDecimal, strip } from './decimal.ts'
import type { Num } from './value.ts'

/**
 * Binary floating point with a mantissa of 64 bits, rounded half to even: the arithmetic in which OPA computes with numbers that
 * are not small integers (Go's `math/big.Float` at its default precision).
 */
export interface BigFloat {
  readonly mantissa: bigint
  readonly exponent: number
}

const precision = 64
const two64 = 1n << 64n

function bitLength(magnitude: bigint): number {
  return magnitude === 0n
    ? 0
    : (magnitude.toString(16).length - 1) * 4 + (32 - Math.clz32(Number.parseInt(magnitude.toString(16)[0] ?? '0', 16)))
}

/** Rounds `mantissa × 2^exponent`; `inexact` says that a remainder was already cut off below the mantissa. */
function round(mantissa: bigint, exponent: number, inexact = false): BigFloat {
  const negative = mantissa < 0n
  let magnitude = negative ? -mantissa : mantissa
  const excess = bitLength(magnitude) - precision
  if (excess > 0) {
    const width = BigInt(excess)
    const rest = magnitude & ((1n << width) - 1n)
    const half = 1n << (width - 1n)
    magnitude >>= width
    if (rest > half || (rest === half && (inexact || (magnitude & 1n) === 1n))) magnitude++
    exponent += excess
  }
  if (magnitude === two64) {
    magnitude >>= 1n
    exponent++
  }
  while (magnitude !== 0n && (magnitude & 0xffn) === 0n) {
    magnitude >>= 8n
    exponent += 8
  }
  while (magnitude !== 0n && (magnitude & 1n) === 0n) {
    magnitude >>= 1n
    exponent++
  }
  return { mantissa: negative ? -magnitude : magnitude, exponent: magnitude === 0n ? 0 : exponent }
}

function divide(numerator: bigint, denominator: bigint, exponent: number): BigFloat {
  const negative = numerator < 0n !== denominator < 0n
  const top = numerator < 0n ? -numerator : numerator
  const bottom = denominator < 0n ? -denominator : denominator
  const shift = Math.max(0, precision + 2 + bitLength(bottom) - bitLength(top))
  const scaled = top << BigInt(shift)
  const quotient = scaled / bottom
  const sticky = scaled % bottom !== 0n
  const mantissa = sticky ? (quotient << 1n) | 1n : quotient << 1n
  return round(negative ? -mantissa : mantissa, exponent - shift - 1)
}

function fromExact({ coefficient, exponent }: Decimal): BigFloat {
  return exponent >= 0 ? round(coefficient * 10n ** BigInt(exponent), 0) : divide(coefficient, 10n ** BigInt(-exponent), 0)
}

/** The float nearest to a number. */
export function toBigFloat(number: Num): BigFloat {
  return fromExact(decimalOf(number))
}

/** The shortest decimal that rounds to the float; integers in full. */
export function fromBigFloat(float: BigFloat): Num {
  const { mantissa, exponent } = float
  if (Math.abs(exponent) > 1 << 16) throw new RangeError('number out of bounds')
  if (exponent >= 0) return fromDecimal({ coefficient: mantissa << BigInt(exponent), exponent: 0 })
  const exact = { coefficient: mantissa * 5n ** BigInt(-exponent), exponent }
  const length = String(exact.coefficient).replace('-', '').length
  const rounds = (decimal: Decimal) => {
    const back = fromExact(decimal)
    return back.mantissa === mantissa && back.exponent === exponent
  }
  const double = decimalOf(Number(`${exact.coefficient}e${exact.exponent}`))
  if (rounds(double)) return fromDecimal(double)
  for (let digits = 15; digits < length; digits++) {
    const shortened = shorten(exact, length - digits)
    if (rounds(shortened)) return fromDecimal(shortened)
  }
  return fromDecimal(exact)
}

function shorten({ coefficient, exponent }: Decimal, drop: number): Decimal {
  const unit = 10n ** BigInt(drop)
  const half = coefficient < 0n ? -unit / 2n : unit / 2n
  return strip({ coefficient: (coefficient + half) / unit, exponent: exponent + drop })
}

export function add(a: BigFloat, b: BigFloat): BigFloat {
  const low = Math.min(a.exponent, b.exponent)
  if (Math.max(a.exponent, b.exponent) - low > 1 << 16) return a.exponent > b.exponent ? a : b
  return round((a.mantissa << BigInt(a.exponent - low)) + (b.mantissa << BigInt(b.exponent - low)), low)
}

export function subtract(a: BigFloat, b: BigFloat): BigFloat {
  return add(a, { mantissa: -b.mantissa, exponent: b.exponent })
}

export function multiply(a: BigFloat, b: BigFloat): BigFloat {
  return round(a.mantissa * b.mantissa, a.exponent + b.exponent)
}

/** The quotient; the caller has excluded a divisor of zero. */
export function quotient(a: BigFloat, b: BigFloat): BigFloat {
  return divide(a.mantissa, b.mantissa, a.exponent - b.exponent)
}
