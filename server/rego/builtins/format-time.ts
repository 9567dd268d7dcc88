import type { Civil } from './civil.ts'
import { dayNames, monthNames, parseLayout } from './go-layout.ts'

type Writer = (civil: Civil) => string

const two = (value: number): string => String(value).padStart(2, '0')
const twelve = (hour: number): number => hour % 12 || 12

function zone(separator: string, seconds: boolean, minutes: boolean, zulu: boolean): Writer {
  return ({ offset }) => {
    if (zulu && offset === 0) return 'Z'
    const magnitude = Math.abs(offset)
    const parts = [
      two(Math.floor(magnitude / 3600)),
      ...(minutes ? [two(Math.floor(magnitude / 60) % 60)] : []),
      ...(seconds ? [two(magnitude % 60)] : []),
    ]
    return (offset < 0 ? '-' : '+') + parts.join(separator)
  }
}

const writers: Readonly<Record<string, Writer>> = {
  '2006': ({ year }) => (year < 0 ? `-${String(-year).padStart(4, '0')}` : String(year).padStart(4, '0')),
  '06': ({ year }) => two(Math.abs(year) % 100),
  '01': ({ month }) => two(month),
  '1': ({ month }) => String(month),
  January: ({ month }) => monthNames[month - 1] ?? '',
  Jan: ({ month }) => (monthNames[month - 1] ?? '').slice(0, 3),
  Monday: ({ weekday }) => dayNames[weekday] ?? '',
  Mon: ({ weekday }) => (dayNames[weekday] ?? '').slice(0, 3),
  '02': ({ day }) => two(day),
  '2': ({ day }) => String(day),
  _2: ({ day }) => String(day).padStart(2),
  '002': ({ yearDay }) => String(yearDay).padStart(3, '0'),
  __2: ({ yearDay }) => String(yearDay).padStart(3),
  '15': ({ hour }) => two(hour),
  '03': ({ hour }) => two(twelve(hour)),
  '3': ({ hour }) => String(twelve(hour)),
  '04': ({ minute }) => two(minute),
  '4': ({ minute }) => String(minute),
  '05': ({ second }) => two(second),
  '5': ({ second }) => String(second),
  PM: ({ hour }) => (hour >= 12 ? 'PM' : 'AM'),
  pm: ({ hour }) => (hour >= 12 ? 'pm' : 'am'),
  MST: ({ zone: name }) => name,
  'Z07:00': zone(':', false, true, true),
  'Z07:00:00': zone(':', true, true, true),
  Z0700: zone('', false, true, true),
  Z070000: zone('', true, true, true),
  Z07: zone('', false, false, true),
  '-07:00': zone(':', false, true, false),
  '-07:00:00': zone(':', true, true, false),
  '-0700': zone('', false, true, false),
  '-070000': zone('', true, true, false),
  '-07': zone('', false, false, false),
}

/** Writes a time by a Go layout (https://pkg.go.dev/time#Time.Format). */
export function formatTime(civil: Civil, layout: string): string {
  return parseLayout(layout)
    .map(({ field, text }) =>
      field === undefined ? text : /^[.,]/.test(field) ? fraction(civil, field) : (writers[field]?.(civil) ?? text),
    )
    .join('')
}

function fraction({ nanosecond }: Civil, field: string): string {
  const digits = String(nanosecond)
    .padStart(9, '0')
    .slice(0, field.length - 1)
  if (field[1] === '0') return field[0] + digits
  const trimmed = digits.replace(/0+$/, '')
  return trimmed === '' ? '' : field[0] + trimmed
}
