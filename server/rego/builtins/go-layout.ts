/** One element of a Go time layout (https://pkg.go.dev/time#pkg-constants): a field, or text. */
export interface LayoutPart {
  readonly field: string | undefined
  readonly text: string
}

/** Names that stand for a layout, as `time.parse_ns` and `time.format` accept them. */
const namedLayouts: Readonly<Record<string, string>> = {
  ANSIC: 'Mon Jan _2 15:04:05 2006',
  UnixDate: 'Mon Jan _2 15:04:05 MST 2006',
  RubyDate: 'Mon Jan 02 15:04:05 -0700 2006',
  RFC822: '02 Jan 06 15:04 MST',
  RFC822Z: '02 Jan 06 15:04 -0700',
  RFC850: 'Monday, 02-Jan-06 15:04:05 MST',
  RFC1123: 'Mon, 02 Jan 2006 15:04:05 MST',
  RFC1123Z: 'Mon, 02 Jan 2006 15:04:05 -0700',
  RFC3339: '2006-01-02T15:04:05Z07:00',
  RFC3339Nano: '2006-01-02T15:04:05.999999999Z07:00',
}

/** Longest first where one begins another. */
const fields = [
  ...'January Jan Monday Mon MST 2006 __2 _2 002 01 02 03 04 05 06 15 PM pm'.split(' '),
  ...'Z07:00:00 Z070000 Z07:00 Z0700 Z07 -07:00:00 -070000 -07:00 -0700 -07 1 2 3 4 5'.split(' '),
]

const fraction = /^[.,](0+|9+)(?!\d)/

/** Splits a layout, or the layout that a name stands for, into its parts. */
export function parseLayout(layout: string): readonly LayoutPart[] {
  const source = Object.hasOwn(namedLayouts, layout) ? (namedLayouts[layout] ?? layout) : layout
  const parts: LayoutPart[] = []
  for (let at = 0; at < source.length; ) {
    const rest = source.slice(at)
    const field =
      fraction.exec(rest)?.[0] ??
      fields.find(
        name =>
          rest.startsWith(name) &&
          !(name === 'Jan' && /^Jan[a-z]/.test(rest)) &&
          !(name === 'Mon' && /^Mon[a-z]/.test(rest)) &&
          !(name === '_2' && rest.startsWith('_2006')),
      )
    parts.push({ field, text: field ?? (source[at] as string) })
    at += field?.length ?? 1
  }
  return parts
}

export const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]
export const dayNames = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
