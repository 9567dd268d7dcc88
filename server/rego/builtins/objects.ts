import { BuiltinFailure, operandFailure } from '../evaluate/host.ts'
import { kindOf, orderedEntries, orderedMembers } from '../values/compare.ts'
import { equal } from '../values/equal.ts'
import { lookup } from '../values/lookup.ts'
import { isObject, objectEntries, objectGet, objectOf, objectSize } from '../values/object.ts'
import { hasMember, setOf } from '../values/set.ts'
import { type ObjectValue, RegoObject, RegoSet, type Value } from '../values/value.ts'
import { builtin } from './builtin.ts'
import { any, anyArray, anyObject, anySet, array, union } from './type.ts'

/** Merges two objects; where both have objects under a key those are merged too, otherwise the second wins. */
function merge(a: ObjectValue, b: ObjectValue): RegoObject {
  const merged = [...objectEntries(b)].map(([key, value]) => {
    const own = objectGet(a, key)
    return [key, own !== undefined && isObject(own) && isObject(value) ? merge(own, value) : value] as const
  })
  return objectOf([...objectEntries(a), ...merged])
}

/** The keys that an operand names: those of an object, the elements of an array or set. */
function keySet(keys: Value): RegoSet {
  if (keys instanceof RegoSet) return keys
  return setOf(Array.isArray(keys) ? (keys as readonly Value[]) : [...objectEntries(keys as ObjectValue)].map(([key]) => key))
}

function keep(object: ObjectValue, wanted: (key: Value) => boolean): RegoObject {
  return objectOf([...objectEntries(object)].filter(([key]) => wanted(key)))
}

function get(object: Value, key: Value, fallback: Value): Value {
  let value: Value | undefined = object
  for (const step of Array.isArray(key) ? (key as readonly Value[]) : [key]) value = lookup(value, step)
  return value === undefined ? fallback : value
}

function unionAll(objects: readonly Value[]): RegoObject {
  return objects.reduce<RegoObject>((all, item) => {
    if (!isObject(item)) throw operandFailure(1, 'array of objects', `array containing ${kindOf(item)}`)
    return merge(all, item)
  }, RegoObject.empty)
}

/** Whether all of `part` is in `whole`: entries in objects, members in sets, a run of elements in arrays. */
function isSubset(whole: Value, part: Value): boolean {
  if (isObject(whole) && isObject(part)) return isSubObject(whole, part)
  if (whole instanceof RegoSet && part instanceof RegoSet) return orderedMembers(part).every(member => hasMember(whole, member))
  if (Array.isArray(whole) && Array.isArray(part)) return hasRun(whole, part)
  if (Array.isArray(whole) && part instanceof RegoSet) return orderedMembers(part).every(member => whole.some(item => equal(item, member)))
  throw new BuiltinFailure('both arguments object.subset must be of the same type or array and set')
}

function isSubObject(whole: ObjectValue, part: ObjectValue): boolean {
  if (objectSize(part) > objectSize(whole)) return false
  return orderedEntries(part).every(([key, value]) => {
    const own = objectGet(whole, key)
    if (own === undefined) return false
    return kindOf(own) === kindOf(value) && (isObject(own) || own instanceof RegoSet || Array.isArray(own))
      ? isSubset(own, value)
      : equal(own, value)
  })
}

function hasRun(whole: readonly Value[], part: readonly Value[]): boolean {
  for (let start = 0; start + part.length <= whole.length; start++) {
    if (part.every((item, i) => equal(whole[start + i] as Value, item))) return true
  }
  return false
}

const keys = union(anyObject, anySet, anyArray)

/** https://www.openpolicyagent.org/docs/policy-reference/builtins/object */
export const objects = [
  builtin('object.get', [anyObject, any, any], any, get),
  builtin('object.keys', [anyObject], anySet, object => setOf([...objectEntries(object)].map(([key]) => key))),
  builtin('object.union', [anyObject, anyObject], any, merge),
  builtin('object.union_n', [array(anyObject)], any, unionAll),
  builtin('object.filter', [anyObject, keys], any, (object, wanted) => {
    const names = keySet(wanted)
    return keep(object, key => hasMember(names, key))
  }),
  builtin('object.remove', [anyObject, keys], any, (object, unwanted) => {
    const names = keySet(unwanted)
    return keep(object, key => !hasMember(names, key))
  }),
  builtin('object.subset', [keys, keys], any, isSubset),
]
