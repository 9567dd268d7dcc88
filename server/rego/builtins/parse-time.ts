import { BuiltinFailure } from '../evaluate/host.ts'
import { instantOf } from './civil.ts'
import { dayNames, type LayoutPart, monthNames, parseLayout } from './go-layout.ts'

/** What has been read of a time so far. */
interface Reading {
  year: number
  month: number
  day: number
  yearDay: number
  hour: number
  minute: number
  second: number
  nanosecond: number
  afternoon: boolean | undefined
  offset: number
}

type Reader = (text: string, into: Reading) => number | undefined

/** Reads a number of so many digits into a field. */
function digits(pattern: RegExp, set: (value: number, into: Reading) => unknown): Reader {
  return (text, into) => {
    const match = pattern.exec(text)
    if (!match) return undefined
    set(Number(match[0]), into)
    return match[0].length
  }
}

function name(names: readonly string[], length: number | undefined, set: (index: number, into: Reading) => unknown): Reader {
  return (text, into) => {
    const index = names.findIndex(item => text.toLowerCase().startsWith(item.slice(0, length).toLowerCase()))
    if (index < 0) return undefined
    set(index, into)
    return names[index]?.slice(0, length).length
  }
}

function zone(pattern: RegExp, allowZ: boolean): Reader {
  return (text, into) => {
    if (allowZ && text.startsWith('Z')) return 1
    const match = pattern.exec(text)
    if (!match) return undefined
    const [whole, direction, hours = '0', minutes = '0', seconds = '0'] = match
    if (Number(hours) > 24 || Number(minutes) > 60) return undefined
    into.offset = (direction === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds))
    return whole.length
  }
}

const setMonth = (value: number, into: Reading) => (into.month = value)
const setDay = (value: number, into: Reading) => (into.day = value)
const setHour = (value: number, into: Reading) => (into.hour = value)
const setMinute = (value: number, into: Reading) => (into.minute = value)
const setSecond = (value: number, into: Reading) => (into.second = value)

const readers: Readonly<Record<string, Reader>> = {
  '2006': digits(/^\d{4}/, (value, into) => (into.year = value)),
  '06': digits(/^\d{2}/, (value, into) => (into.year = value >= 69 ? 1900 + value : 2000 + value)),
  '01': digits(/^\d{2}/, setMonth),
  '1': digits(/^\d{1,2}/, setMonth),
  January: name(monthNames, undefined, (index, into) => (into.month = index + 1)),
  Jan: name(monthNames, 3, (index, into) => (into.month = index + 1)),
  Monday: name(dayNames, undefined, () => {}),
  Mon: name(dayNames, 3, () => {}),
  '02': digits(/^\d{2}/, setDay),
  '2': digits(/^\d{1,2}/, setDay),
  _2: digits(/^(?: \d|\d{1,2})/, setDay),
  '002': digits(/^\d{3}/, (value, into) => (into.yearDay = value)),
  __2: digits(/^[ \d]{3}/, (value, into) => (into.yearDay = value)),
  '15': digits(/^\d{2}/, setHour),
  '03': digits(/^\d{2}/, setHour),
  '3': digits(/^\d{1,2}/, setHour),
  '04': digits(/^\d{2}/, setMinute),
  '4': digits(/^\d{1,2}/, setMinute),
  '05': digits(/^\d{2}/, setSecond),
  '5': digits(/^\d{1,2}/, setSecond),
  PM: name(['AM', 'PM'], undefined, (index, into) => (into.afternoon = index === 1)),
  pm: name(['am', 'pm'], undefined, (index, into) => (into.afternoon = index === 1)),
  MST: text => /^(?:UTC|GMT[+-]\d{1,2}|[A-Z]{3,5}|[+-]\d{2})/.exec(text)?.[0].length,
  'Z07:00': zone(/^([+-])(\d{2}):(\d{2})/, true),
  'Z07:00:00': zone(/^([+-])(\d{2}):(\d{2}):(\d{2})/, true),
  Z0700: zone(/^([+-])(\d{2})(\d{2})/, true),
  Z070000: zone(/^([+-])(\d{2})(\d{2})(\d{2})/, true),
  Z07: zone(/^([+-])(\d{2})/, true),
  '-07:00': zone(/^([+-])(\d{2}):(\d{2})/, false),
  '-07:00:00': zone(/^([+-])(\d{2}):(\d{2}):(\d{2})/, false),
  '-0700': zone(/^([+-])(\d{2})(\d{2})/, false),
  '-070000': zone(/^([+-])(\d{2})(\d{2})(\d{2})/, false),
  '-07': zone(/^([+-])(\d{2})/, false),
}

/** Reads a time by a Go layout, as nanoseconds since 1970. @throws BuiltinFailure when the text does not fit. */
export function parseTime(layout: string, text: string): bigint {
  const into: Reading = {
    year: 0,
    month: 1,
    day: 1,
    yearDay: 0,
    hour: 0,
    minute: 0,
    second: 0,
    nanosecond: 0,
    afternoon: undefined,
    offset: 0,
  }
  const parts = parseLayout(layout)
  let rest = text
  for (const [i, part] of parts.entries()) {
    const length = read(part, rest, into)
    if (length === undefined) throw mismatch(layout, text, rest, part.text)
    rest = rest.slice(length)
    // Go takes a fraction behind the seconds even when the layout names none.
    if ((part.field === '05' || part.field === '5') && !/^[.,]/.test(parts[i + 1]?.field ?? '')) rest = rest.slice(readFraction(rest, into))
  }
  if (rest !== '') throw new BuiltinFailure(`parsing time ${JSON.stringify(text)}: extra text: ${JSON.stringify(rest)}`)
  return finish(into, text)
}

function mismatch(layout: string, text: string, rest: string, part: string): BuiltinFailure {
  return new BuiltinFailure(
    `parsing time ${JSON.stringify(text)} as ${JSON.stringify(layout)}: cannot parse ${JSON.stringify(rest)} as ${JSON.stringify(part)}`,
  )
}

function read({ field, text }: LayoutPart, rest: string, into: Reading): number | undefined {
  if (field === undefined) return rest.startsWith(text) ? text.length : undefined
  if (!/^[.,]/.test(field)) return readers[field]?.(rest, into)
  const length = readFraction(rest, into)
  if (field[1] === '9') return length
  return length === field.length ? length : undefined
}

function readFraction(rest: string, into: Reading): number {
  const match = /^[.,](\d+)/.exec(rest)
  if (!match) return 0
  into.nanosecond = Number((match[1] ?? '').slice(0, 9).padEnd(9, '0'))
  return match[0].length
}

function finish(into: Reading, text: string): bigint {
  if (into.afternoon && into.hour < 12) into.hour += 12
  else if (into.afternoon === false && into.hour === 12) into.hour = 0
  if (into.yearDay > 0) Object.assign(into, { month: 1, day: into.yearDay })
  const lastDay = into.yearDay > 0 ? 366 : new Date(Date.UTC((into.year % 400) + 2000, into.month, 0)).getUTCDate()
  const wrong =
    into.month < 1 || into.month > 12
      ? 'month'
      : into.day < 1 || into.day > lastDay
        ? 'day'
        : into.hour > 23
          ? 'hour'
          : into.minute > 59
            ? 'minute'
            : into.second > 59
              ? 'second'
              : undefined
  if (wrong) throw new BuiltinFailure(`parsing time ${JSON.stringify(text)}: ${wrong} out of range`)
  return instantOf(into.year, into.month, into.day, into.hour * 3600 + into.minute * 60 + into.second - into.offset, into.nanosecond)
}
