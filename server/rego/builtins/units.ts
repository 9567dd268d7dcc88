import { BuiltinFailure } from '../evaluate/host.ts'
import { decimalOf, fromDecimal, integerOf, parseNumber } from '../values/decimal.ts'
import type { Num } from '../values/value.ts'
import { builtin } from './builtin.ts'
import { number, string } from './type.ts'

const decimalPowers: Readonly<Record<string, bigint>> = {
  '': 1n,
  k: 10n ** 3n,
  m: 10n ** 6n,
  g: 10n ** 9n,
  t: 10n ** 12n,
  p: 10n ** 15n,
  e: 10n ** 18n,
}
const binaryPowers: Readonly<Record<string, bigint>> = {
  ki: 1n << 10n,
  mi: 1n << 20n,
  gi: 1n << 30n,
  ti: 1n << 40n,
  pi: 1n << 50n,
  ei: 1n << 60n,
}

function splitAmount(text: string, what: string): readonly [amount: Num, unit: string] {
  const bare = text.replaceAll('"', '')
  if (bare.includes(' ')) throw new BuiltinFailure('spaces not allowed in resource strings')
  const end = /^[+-]?[0-9.]*(?:[eE][+-]?[0-9]+)?/.exec(bare)?.[0].length ?? 0
  if (end === 0) throw new BuiltinFailure(`no ${what} provided`)
  const written = bare.slice(0, end)
  const amount = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(written)
    ? parseNumber(
        written
          .replace(/^\+/, '')
          .replace(/^(-?)\./, '$10.')
          .replace(/\.(?=$|[eE])/, ''),
      )
    : undefined
  if (amount === undefined) throw new BuiltinFailure(`could not parse ${what} to a number`)
  return [amount, bare.slice(end)]
}

function scale(amount: Num, factor: bigint, divisor = 0): Num {
  const { coefficient, exponent } = decimalOf(amount)
  return fromDecimal({ coefficient: coefficient * factor, exponent: exponent - divisor })
}

/** Amounts with an SI or binary unit; only a lower-case `m` is milli. */
function parse(text: string): Num {
  const [amount, unit] = splitAmount(text, 'amount')
  if (unit === 'm') return scale(amount, 1n, 3)
  const factor = decimalPowers[unit.toLowerCase()] ?? binaryPowers[unit.toLowerCase()]
  if (factor === undefined) throw new BuiltinFailure(`unit ${unit} not recognized`)
  return scale(amount, factor)
}

/** Amounts of bytes, with or without the `b`, in any case; fractions are cut off. */
function parseBytes(text: string): Num {
  const [amount, unit] = splitAmount(text, 'byte amount')
  const name = unit.toLowerCase().replace(/b$/, '')
  const factor = decimalPowers[name] ?? binaryPowers[name]
  if (factor === undefined) throw new BuiltinFailure(`byte unit ${unit} not recognized`)
  const scaled = scale(amount, factor)
  const { coefficient, exponent } = decimalOf(scaled)
  return integerOf(scaled) === undefined ? fromDecimal({ coefficient: coefficient / 10n ** BigInt(-exponent), exponent: 0 }) : scaled
}

/** https://www.openpolicyagent.org/docs/policy-reference/builtins/units */
export const units = [builtin('units.parse', [string], number, parse), builtin('units.parse_bytes', [string], number, parseBytes)]
