import { Numeral } from './numeral.ts'
import type { Num } from './value.ts'

/** Powers of ten beyond this are refused: they would let a short text ask for a huge computation. */
const maxExponent = 4096

const grammar = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/

/** `coefficient × 10^exponent`, the common form in which numbers of both kinds are computed. */
export interface Decimal {
  readonly coefficient: bigint
  readonly exponent: number
}

/**
 * Reads a number as JSON writes it, without loss.
 * @returns undefined when the text is not a number, or its exponent is out of bounds (±4096).
 */
export function parseNumber(text: string): Num | undefined {
  const double = Number(text)
  if (Number.isSafeInteger(double) && String(double) === text) return double
  const decimal = parseDecimal(text)
  return decimal && fromDecimal(decimal)
}

function parseDecimal(text: string): Decimal | undefined {
  const match = grammar.exec(text)
  if (!match) return undefined
  const [, sign = '', whole = '', fraction = '', power = '0'] = match
  const exponent = Number(power) - fraction.length
  if (Math.abs(exponent) > maxExponent || whole.length + fraction.length > maxExponent) return undefined
  const magnitude = BigInt(whole + fraction)
  return strip({ coefficient: sign ? -magnitude : magnitude, exponent })
}

/** Drops trailing zeros of the coefficient, so that equal numbers look equal. */
export function strip(decimal: Decimal): Decimal {
  let { coefficient, exponent } = decimal
  if (coefficient === 0n) return { coefficient, exponent: 0 }
  while (coefficient % 10n === 0n) {
    coefficient /= 10n
    exponent++
  }
  return { coefficient, exponent }
}

/** The number a decimal stands for: a double whenever the double prints that very decimal. @throws RangeError when it is too large. */
export function fromDecimal(decimal: Decimal): Num {
  if (Math.abs(decimal.exponent) > 4 * maxExponent || exceeds(decimal.coefficient)) throw new RangeError('number out of bounds')
  const { coefficient, exponent } = strip(decimal)
  const double = Number(`${coefficient}e${exponent}`)
  if (Number.isFinite(double)) {
    const printed = decimalOf(double)
    if (printed.coefficient === coefficient && printed.exponent === exponent) return double === 0 ? 0 : double
  }
  return new Numeral(coefficient, exponent)
}

/** Numbers of more bits than this are refused: arithmetic on them would take too long. */
const bound = 1n << 65536n

function exceeds(integer: bigint): boolean {
  return integer > bound || integer < -bound
}

/** The integer as a number of the language. */
export function fromBigInt(integer: bigint): Num {
  const double = Number(integer)
  return Number.isSafeInteger(double) ? double : fromDecimal({ coefficient: integer, exponent: 0 })
}

/** The exact decimal of a number. */
export function decimalOf(number: Num): Decimal {
  if (number instanceof Numeral) return number
  if (Number.isSafeInteger(number)) return strip({ coefficient: BigInt(number), exponent: 0 })
  return parseDecimal(String(number)) ?? { coefficient: 0n, exponent: 0 }
}

/** The integer that a number is, or undefined when it has a fraction. */
export function integerOf(number: Num): bigint | undefined {
  const { coefficient, exponent } = decimalOf(number)
  return exponent < 0 ? undefined : coefficient * 10n ** BigInt(exponent)
}

/** Whether the number has no fraction. */
export function isInteger(number: Num): boolean {
  return typeof number === 'number' ? Number.isInteger(number) : number.exponent >= 0
}

/** −1, 0 or 1 by numeric order. */
export function compareNumbers(a: Num, b: Num): number {
  if (typeof a === 'number' && typeof b === 'number') return a < b ? -1 : a > b ? 1 : 0
  const x = decimalOf(a)
  const y = decimalOf(b)
  const shift = Math.min(x.exponent, y.exponent)
  const left = x.coefficient * 10n ** BigInt(x.exponent - shift)
  const right = y.coefficient * 10n ** BigInt(y.exponent - shift)
  return left < right ? -1 : left > right ? 1 : 0
}

/** The number as JSON: digits in full for integers, plain decimals otherwise. */
export function numberText(number: Num): string {
  if (typeof number === 'number' && Math.abs(number) < 1e21) return Math.abs(number) < 1e-6 ? plainText(decimalOf(number)) : String(number)
  return plainText(decimalOf(number))
}

function plainText({ coefficient, exponent }: Decimal): string {
  if (exponent >= 0) return exponent > 400 ? `${coefficient}e+${exponent}` : String(coefficient * 10n ** BigInt(exponent))
  const negative = coefficient < 0n
  const digits = String(negative ? -coefficient : coefficient)
  if (exponent < -400) return `${coefficient}e${exponent}`
  const padded = digits.padStart(1 - exponent, '0')
  return `${negative ? '-' : ''}${padded.slice(0, exponent)}.${padded.slice(exponent)}`
}
