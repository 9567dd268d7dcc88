import { orderedEntries, orderedMembers } from './compare.ts'
import { numberText } from './decimal.ts'
import { visited } from './meter.ts'
import { Numeral } from './numeral.ts'
import { RegoSet, type Value } from './value.ts'

/** The value as a Rego term, members sorted: `{"a": [1, 2]}`, `{1, 2}`, `set()`. */
export function regoText(value: Value): string {
  return render(value, ', ', ': ')
}

/** The same without spaces: equal values have equal texts, different values different ones. */
export function canonicalText(value: Value): string {
  return render(value, ',', ':')
}

function render(value: Value, comma: string, colon: string): string {
  if (typeof value === 'string') return quote(value)
  if (typeof value === 'number' || value instanceof Numeral) return numberText(value)
  if (typeof value === 'boolean' || value === null) return String(value)
  visited()
  if (Array.isArray(value)) return `[${value.map(item => render(item, comma, colon)).join(comma)}]`
  if (value instanceof RegoSet) {
    return value.size === 0
      ? 'set()'
      : `{${orderedMembers(value)
          .map(item => render(item, comma, colon))
          .join(comma)}}`
  }
  const entries = orderedEntries(value as Parameters<typeof orderedEntries>[0])
  return `{${entries.map(([key, item]) => render(key, comma, colon) + colon + render(item, comma, colon)).join(comma)}}`
}

/** A string as Rego writes it in double quotes. */
function quote(text: string): string {
  return JSON.stringify(text)
}
