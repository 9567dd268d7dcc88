import { BuiltinFailure, operandFailure } from '../evaluate/host.ts'
import { kindOf } from '../values/compare.ts'
import { fromBigInt, integerOf } from '../values/decimal.ts'
import type { Num, Value } from '../values/value.ts'
import { builtin } from './builtin.ts'
import { type Civil, civilAt, inRange, instantOf, utc } from './civil.ts'
import { formatTime } from './format-time.ts'
import { smallOperand } from './integer.ts'
import { parseTime } from './parse-time.ts'
import { number, string, tuple, union } from './type.ts'

const instant = union(number, tuple(number, string))
const formatted = union(number, tuple(number, string), tuple(number, string, string))

interface Given {
  readonly ns: bigint
  readonly zone: string
  readonly layout: string | undefined
}

function given(operand: Value, position: number): Given {
  const parts: readonly Value[] = Array.isArray(operand) ? operand : [operand]
  const [ns, zone = '', layout] = parts
  if (ns === undefined || kindOf(ns) !== 'number')
    throw operandFailure(position, 'number or array', ns === undefined ? 'array' : kindOf(ns))
  if (typeof zone !== 'string' || (layout !== undefined && typeof layout !== 'string'))
    throw operandFailure(position, 'array of number and strings', 'array')
  return { ns: nanoseconds(ns as Num), zone, layout }
}

function nanoseconds(value: Num): bigint {
  const integer = integerOf(value)
  if (integer === undefined || BigInt.asIntN(64, integer) !== integer) throw new BuiltinFailure('timestamp too big')
  return integer
}

function civil(operand: Value): Civil {
  const { ns, zone } = given(operand, 1)
  return civilAt(ns, zone)
}

const unitNanoseconds: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
}

/** Reads a duration such as `1h30m` (https://pkg.go.dev/time#ParseDuration). */
function parseDuration(text: string): Num {
  const wrong = new BuiltinFailure(`time: invalid duration ${JSON.stringify(text)}`)
  const bare = text.replace(/^[+-]/, '')
  if (bare === '0') return 0
  if (!/^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(bare)) throw wrong
  let total = 0n
  for (const [, whole = '', fraction = '', unit = ''] of bare.matchAll(/(\d*)\.?(\d*)(ns|us|µs|μs|ms|s|m|h)/g)) {
    const scale = unitNanoseconds[unit] ?? 1n
    total += BigInt(whole || '0') * scale + (BigInt(fraction || '0') * scale) / 10n ** BigInt(fraction.length)
  }
  if (total > 2n ** 63n - 1n) throw wrong
  return fromBigInt(text.startsWith('-') ? -total : total)
}

function addDate(ns: Num, years: Num, months: Num, days: Num): Num {
  const at = civilAt(nanoseconds(ns), 'UTC')
  const sum = instantOf(
    at.year + smallOperand(years, 2),
    at.month + smallOperand(months, 3),
    at.day + smallOperand(days, 4),
    at.hour * 3600 + at.minute * 60 + at.second,
    at.nanosecond,
  )
  return fromBigInt(inRange(sum))
}

/** Years, months, days, hours, minutes and seconds between two instants, whichever comes first. */
function difference(first: Value, second: Value): readonly number[] {
  const one = given(first, 1)
  const other = { ...given(second, 2), zone: one.zone }
  const [from, to] = (one.ns <= other.ns ? [one, other] : [other, one]).map(({ ns, zone }) => civilAt(ns, zone)) as [Civil, Civil]
  const parts = [
    to.year - from.year,
    to.month - from.month,
    to.day - from.day,
    to.hour - from.hour,
    to.minute - from.minute,
    to.second - from.second,
  ]
  const borrow = (index: number, size: number): void => {
    if ((parts[index] ?? 0) >= 0) return
    parts[index] = (parts[index] ?? 0) + size
    parts[index - 1] = (parts[index - 1] ?? 0) - 1
  }
  borrow(5, 60)
  borrow(4, 60)
  borrow(3, 24)
  borrow(2, new Date(utc(from.year, from.month + 1, 0)).getUTCDate())
  borrow(1, 12)
  return parts
}

function format(operand: Value): string {
  const { ns, zone, layout } = given(operand, 1)
  return formatTime(civilAt(ns, zone), layout || 'RFC3339Nano')
}

/** https://www.openpolicyagent.org/docs/policy-reference/builtins/time */
export const time = [
  builtin('time.now_ns', [], number, host => fromBigInt(host.now)),
  builtin('time.parse_ns', [string, string], number, (layout, text) => fromBigInt(parseTime(layout, text))),
  builtin('time.parse_rfc3339_ns', [string], number, text => fromBigInt(parseTime('RFC3339', text))),
  builtin('time.parse_duration_ns', [string], number, parseDuration),
  builtin('time.format', [formatted], string, format),
  builtin('time.date', [instant], tuple(number, number, number), operand => {
    const { year, month, day } = civil(operand)
    return [year, month, day]
  }),
  builtin('time.clock', [instant], tuple(number, number, number), operand => {
    const { hour, minute, second } = civil(operand)
    return [hour, minute, second]
  }),
  builtin('time.weekday', [instant], string, operand => formatTime(civil(operand), 'Monday')),
  builtin('time.add_date', [number, number, number, number], number, addDate),
  builtin('time.diff', [instant, instant], tuple(number, number, number, number, number, number), difference),
]
