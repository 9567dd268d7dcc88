import { Numeral } from './numeral.ts'
import { canonicalText } from './text.ts'
import type { Key, Value } from './value.ts'

const mark = '\u0000'

/**
 * Scalars are their own keys. Everything else is filed under its canonical text after a mark; strings that begin with the mark get
 * a second one, so that no string can pose as a composite.
 */
export function keyOf(value: Value): Key {
  if (typeof value === 'string') return value.charCodeAt(0) === 0 ? mark + mark + value : value
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Numeral) return `${mark}${value.coefficient}e${value.exponent}`
  return mark + canonicalText(value)
}
