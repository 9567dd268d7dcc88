import { BuiltinFailure } from '../evaluate/host.ts'
import { zoneOffset } from './zone.ts'

const second = 1_000_000_000n

/** An instant on a calendar and a clock. */
export interface Civil {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly nanosecond: number
  readonly weekday: number
  readonly yearDay: number
  readonly offset: number
  readonly zone: string
}

/** Reads calendar and clock of an instant in nanoseconds since 1970. */
export function civilAt(instant: bigint, zone: string): Civil {
  const nanosecond = ((instant % second) + second) % second
  const seconds = Number((instant - nanosecond) / second)
  const { seconds: offset, name } = zoneOffset(zone, seconds)
  const date = new Date((seconds + offset) * 1000)
  const year = date.getUTCFullYear()
  return {
    year,
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    nanosecond: Number(nanosecond),
    weekday: date.getUTCDay(),
    yearDay: Math.floor((date.getTime() - startOf(year)) / 86_400_000) + 1,
    offset,
    zone: name,
  }
}

function startOf(year: number): number {
  return utc(year, 1, 1)
}

/** Milliseconds since 1970 of midnight UTC; months and days beyond their range carry over. */
export function utc(year: number, month: number, day: number): number {
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  return date.getTime()
}

/** The instant in nanoseconds. @throws BuiltinFailure when 64 bits do not hold it. */
export function instantOf(year: number, month: number, day: number, secondOfDay: number, nanosecond: number): bigint {
  const milliseconds = utc(year, month, day)
  if (Number.isNaN(milliseconds)) throw new BuiltinFailure('time outside of valid range')
  const instant = (BigInt(milliseconds / 1000) + BigInt(secondOfDay)) * second + BigInt(nanosecond)
  return inRange(instant)
}

export function inRange(instant: bigint): bigint {
  if (BigInt.asIntN(64, instant) !== instant) throw new BuiltinFailure('time outside of valid range')
  return instant
}
