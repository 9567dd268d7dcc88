import { keyOf } from './key.ts'
import { Numeral } from './numeral.ts'
import { type Entry, type Key, type ObjectValue, RegoObject, RegoSet, type Value } from './value.ts'

/** The object of the entries; later ones win over earlier ones with the same key. */
export function objectOf(entries: Iterable<Entry>): RegoObject {
  const map = new Map<Key, Entry>()
  for (const entry of entries) map.set(keyOf(entry[0]), entry)
  return new RegoObject(map)
}

/** Whether the value is an object of either kind. */
export function isObject(value: Value | undefined): value is ObjectValue {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof RegoSet) && !(value instanceof Numeral)
}

/** The value under a key, undefined when there is none. */
export function objectGet(object: ObjectValue, key: Value): Value | undefined {
  if (object instanceof RegoObject) return object.entries.get(keyOf(key))?.[1]
  return typeof key === 'string' && Object.hasOwn(object, key) ? object[key] : undefined
}

export function objectSize(object: ObjectValue): number {
  return object instanceof RegoObject ? object.entries.size : Object.keys(object).length
}

/** Entries in no particular order, without the cost of sorting. */
export function objectEntries(object: ObjectValue): Iterable<Entry> {
  return object instanceof RegoObject ? object.entries.values() : Object.entries(object)
}
