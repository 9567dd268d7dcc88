import { Numeral } from './numeral.ts'
import { objectGet, objectOf } from './object.ts'
import { hasMember } from './set.ts'
import { type JsonObject, RegoObject, RegoSet, type Value } from './value.ts'

/** What `collection[key]` is: an element, a member, the value of a key, or undefined. */
export function lookup(collection: Value | undefined, key: Value): Value | undefined {
  if (typeof collection !== 'object' || collection === null) return undefined
  if (Array.isArray(collection)) return typeof key === 'number' ? (collection as readonly Value[])[key] : undefined
  if (collection instanceof RegoSet) return hasMember(collection, key) ? key : undefined
  if (collection instanceof Numeral) return undefined
  return objectGet(collection as RegoObject | JsonObject, key)
}

/** The same for base documents, whose keys are strings: a number finds the key that is written like it. */
export function lookupBase(collection: Value | undefined, key: Value): Value | undefined {
  return lookup(collection, typeof key === 'number' && isPlain(collection) ? String(key) : key)
}

/** The object with a value at a path; what is no object on the way gives way to one. */
export function withPath(base: Value | undefined, path: readonly Value[], value: Value): Value {
  const [key, ...rest] = path
  if (key === undefined) return value
  const entries = isPlain(base) ? base : {}
  const inner = withPath(lookup(entries, key), rest, value)
  if (entries instanceof RegoObject) return objectOf([...entries.entries.values(), [key, inner]])
  return objectOf([...Object.entries(entries), [key, inner]])
}

function isPlain(value: Value | undefined): value is RegoObject | JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof RegoSet) && !(value instanceof Numeral)
}
