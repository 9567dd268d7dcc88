import { compareNumbers } from './decimal.ts'
import { visited } from './meter.ts'
import { Numeral } from './numeral.ts'
import { type Entry, type JsonObject, type Num, type ObjectValue, RegoObject, RegoSet, type Value } from './value.ts'

/** The types of the language in their order: every null is less than every boolean, and so on. */
export type Kind = 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object' | 'set'

const ranks: Readonly<Record<Kind, number>> = { null: 0, boolean: 1, number: 2, string: 3, array: 4, object: 5, set: 6 }

/** The type of a value, by the name `type_name` gives it. */
export function kindOf(value: Value): Kind {
  switch (typeof value) {
    case 'string':
      return 'string'
    case 'number':
      return 'number'
    case 'boolean':
      return 'boolean'
  }
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (value instanceof RegoSet) return 'set'
  return value instanceof Numeral ? 'number' : 'object'
}

/** The total order of values: −1, 0 or 1 (https://www.openpolicyagent.org/docs/policy-reference/builtins/comparison). */
export function compare(a: Value, b: Value): number {
  if (a === b) return 0
  if (typeof a === 'string' && typeof b === 'string') return compareStrings(a, b)
  visited()
  const kind = kindOf(a)
  const difference = ranks[kind] - ranks[kindOf(b)]
  if (difference !== 0) return difference < 0 ? -1 : 1
  switch (kind) {
    case 'number':
      return compareNumbers(a as Num, b as Num)
    case 'boolean':
      return a === false ? -1 : 1
    case 'array':
      return compareLists(a as readonly Value[], b as readonly Value[])
    case 'set':
      return compareLists(orderedMembers(a as RegoSet), orderedMembers(b as RegoSet))
    case 'object':
      return compareObjects(a as ObjectValue, b as ObjectValue)
    default:
      return 0
  }
}

/** By code point, as OPA orders the UTF-8 bytes. */
export function compareStrings(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x !== y) return codePointRank(x) < codePointRank(y) ? -1 : 1
  }
  return a.length < b.length ? -1 : a.length > b.length ? 1 : 0
}

/** Surrogates stand for code points above all that one unit can hold. */
function codePointRank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit
}

function compareLists(a: readonly Value[], b: readonly Value[]): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const order = compare(a[i] as Value, b[i] as Value)
    if (order !== 0) return order
  }
  return a.length < b.length ? -1 : a.length > b.length ? 1 : 0
}

function compareObjects(a: ObjectValue, b: ObjectValue): number {
  const left = orderedEntries(a)
  const right = orderedEntries(b)
  const length = Math.min(left.length, right.length)
  for (let i = 0; i < length; i++) {
    const [leftKey, leftValue] = left[i] as (typeof left)[number]
    const [rightKey, rightValue] = right[i] as (typeof right)[number]
    const order = compare(leftKey, rightKey) || compare(leftValue, rightValue)
    if (order !== 0) return order
  }
  return left.length < right.length ? -1 : left.length > right.length ? 1 : 0
}

/** Members of a set in the order of the language. */
export function orderedMembers(set: RegoSet): readonly Value[] {
  set.ordered ??= [...set.values()].sort(compare)
  return set.ordered
}

/** Remembers the sorted entries of large JSON objects, so that iterating data costs the sorting once. */
const sortedJson = new WeakMap<JsonObject, readonly Entry[]>()

/** Entries in the order of their keys. */
export function orderedEntries(object: ObjectValue): readonly Entry[] {
  if (object instanceof RegoObject) {
    object.ordered ??= [...object.entries.values()].sort(byKey)
    return object.ordered
  }
  const known = sortedJson.get(object)
  if (known) return known
  const sorted = Object.entries(object).sort(byKey)
  if (sorted.length > 16) sortedJson.set(object, sorted)
  return sorted
}

function byKey(a: Entry, b: Entry): number {
  return compare(a[0], b[0])
}
