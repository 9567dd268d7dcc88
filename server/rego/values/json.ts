import { orderedEntries, orderedMembers } from './compare.ts'
import { numberText, parseNumber } from './decimal.ts'
import { visited } from './meter.ts'
import { Numeral } from './numeral.ts'
import { objectEntries, objectOf } from './object.ts'
import { type ObjectValue, type RegoObject, RegoSet, type Value } from './value.ts'

/** A JSON document. Its own name, so that a signature tells what left the engine from what is inside. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/**
 * The value as plain JSON data: sets become sorted arrays, keys that are no strings become their text, numbers that no double
 * prints become the nearest double.
 */
export function toJson(value: Value): Json {
  if (typeof value !== 'object' || value === null) return value
  visited()
  if (Array.isArray(value)) return value.map(toJson)
  if (value instanceof RegoSet) return orderedMembers(value).map(toJson)
  if (value instanceof Numeral) return Number(numberText(value))
  const json: Record<string, Json> = Object.create(null)
  for (const [key, item] of objectEntries(value as ObjectValue)) json[keyText(key)] = toJson(item)
  return json
}

/** The value as JSON text with sorted keys and exact numbers, as `json.marshal` writes it. */
export function jsonText(value: Value, escapeHtml = true): string {
  if (typeof value === 'string') return stringText(value, escapeHtml)
  if (typeof value === 'number' || value instanceof Numeral) return numberText(value)
  if (typeof value === 'boolean' || value === null) return String(value)
  visited()
  if (Array.isArray(value)) return `[${value.map(item => jsonText(item, escapeHtml)).join(',')}]`
  if (value instanceof RegoSet) return jsonText(orderedMembers(value), escapeHtml)
  const entries = orderedEntries(value as ObjectValue).map(
    ([key, item]) => `${stringText(keyText(key), escapeHtml)}:${jsonText(item, escapeHtml)}`,
  )
  return `{${entries.join(',')}}`
}

/** An object key as JSON shows it: strings as they are, anything else as its own JSON text. */
export function keyText(key: Value): string {
  return typeof key === 'string' ? key : jsonText(key)
}

const htmlEscapes: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
}

/** Go's encoder escapes what would end a script element; policies compare such texts, so this one does the same. */
function stringText(text: string, escapeHtml: boolean): string {
  const quoted = JSON.stringify(text)
  return escapeHtml ? quoted.replace(/[<>&\u2028\u2029]/g, char => htmlEscapes[char] ?? char) : quoted
}

/**
 * Reads JSON text without loss: numbers keep every digit, `__proto__` is a key like any other.
 * @throws SyntaxError when the text is not JSON.
 */
export function parseJson(text: string): Value {
  const lossless = (_key: string, item: unknown, context?: { readonly source?: string }): Value => {
    if (typeof item === 'number') return exact(item, context?.source)
    return item as Value
  }
  return JSON.parse(text, lossless) as Value
}

function exact(double: number, source: string | undefined): Value {
  if (source === undefined || Number.isSafeInteger(double)) return double
  const number = parseNumber(source)
  if (number === undefined) throw new SyntaxError(`number out of bounds: ${source.slice(0, 40)}`)
  return number
}

/** An object of the engine from named values. */
export function record(fields: Readonly<Record<string, Value>>): RegoObject {
  return objectOf(Object.entries(fields))
}
