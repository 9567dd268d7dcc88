import { orderedEntries, orderedMembers } from '../values/compare.ts'
import { Numeral } from '../values/numeral.ts'
import { type JsonObject, type RegoObject, RegoSet, type Value } from '../values/value.ts'

/** Visits the keys and values of a collection in order until a visit answers true; that is the answer. */
export function each(collection: Value, visit: (key: Value, value: Value) => boolean): boolean {
  if (typeof collection !== 'object' || collection === null || collection instanceof Numeral) return false
  if (Array.isArray(collection)) {
    const items = collection as readonly Value[]
    for (let i = 0; i < items.length; i++) if (visit(i, items[i] as Value)) return true
    return false
  }
  if (collection instanceof RegoSet) {
    for (const member of orderedMembers(collection)) if (visit(member, member)) return true
    return false
  }
  for (const [key, value] of orderedEntries(collection as RegoObject | JsonObject)) if (visit(key, value)) return true
  return false
}

/** Whether a value can be iterated. */
export function isCollection(value: Value): boolean {
  return typeof value === 'object' && value !== null && !(value instanceof Numeral)
}
