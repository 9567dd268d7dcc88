import { BuiltinFailure } from '../evaluate/host.ts'

const formats = new Map<string, Intl.DateTimeFormat>()
const maxFormats = 64

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone)
  if (known) return known
  try {
    const made = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
      timeZoneName: 'short',
    })
    if (formats.size >= maxFormats) formats.clear()
    formats.set(zone, made)
    return made
  } catch {
    throw new BuiltinFailure(`unknown time zone ${zone}`)
  }
}

/** Seconds east of Greenwich, and what the zone is called, at an instant in seconds since 1970. */
export interface ZoneOffset {
  readonly seconds: number
  readonly name: string
}

/** The offset of a zone of the IANA database; an empty name and `Local` mean UTC. @throws BuiltinFailure on unknown zones. */
export function zoneOffset(zone: string, seconds: number): ZoneOffset {
  if (zone === '' || zone === 'UTC' || zone === 'Local') return { seconds: 0, name: 'UTC' }
  const parts = new Map(
    formatOf(zone)
      .formatToParts(seconds * 1000)
      .map(part => [part.type, part.value]),
  )
  const read = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type))
  const year = parts.get('era') === 'BC' ? 1 - read('year') : read('year')
  const local = Date.UTC(2000, read('month') - 1, read('day'), read('hour'), read('minute'), read('second'))
  const date = new Date(local)
  date.setUTCFullYear(year, read('month') - 1, read('day'))
  return { seconds: date.getTime() / 1000 - Math.floor(seconds), name: parts.get('timeZoneName') ?? zone }
}
