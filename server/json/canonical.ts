import type { Json, JsonObject } from '../domain/json.ts'

/**
 * The one text of a value, RFC 8785 (JCS): keys sorted by UTF-16 code units, numbers as ECMAScript prints them, no spaces. Half a
 * surrogate pair is written as its `\u` escape, so the text is always valid UTF-8. Throws `TypeError` on what is not JSON (NaN, undefined):
 * that is a bug of the caller. Recursive: the value's depth is bounded by whoever parsed it.
 */
export function canonicalJson(value: Json): string {
  return isCanonical(value) ? JSON.stringify(value) : written(value)
}

/** True when the runtime's own writer gives the canonical text: every object already has its keys in order. */
function isCanonical(value: Json): boolean {
  if (typeof value !== 'object' || value === null) return isScalar(value)
  if (Array.isArray(value)) return value.every(isCanonical)
  let previous: string | undefined
  for (const key in value as JsonObject) {
    if (previous !== undefined && key < previous) return false
    if (!isCanonical((value as JsonObject)[key] as Json)) return false
    previous = key
  }
  return true
}

function isScalar(value: unknown): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)) return true
  throw new TypeError('not a JSON value')
}

function written(value: Json): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value !== 'object' || value === null) return isScalar(value) ? JSON.stringify(value) : ''
  if (Array.isArray(value)) return `[${value.map(written).join(',')}]`
  return writtenObject(value as JsonObject)
}

/** `sort` without a comparison function is by UTF-16 code units, as RFC 8785 §3.2.3 wants it. */
function writtenObject(object: JsonObject): string {
  let text = ''
  for (const key of Object.keys(object).sort()) {
    text += `${text === '' ? '{' : ','}${JSON.stringify(key)}:${written(object[key] as Json)}`
  }
  return text === '' ? '{}' : `${text}}`
}
