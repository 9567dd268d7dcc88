import { keyOf } from './key.ts'
import { type Key, RegoSet, type Value } from './value.ts'

/** The set of the values; what is there twice counts once. */
export function setOf(values: Iterable<Value>): RegoSet {
  const members = new Map<Key, Value>()
  for (const value of values) members.set(keyOf(value), value)
  return new RegoSet(members)
}

/** Whether the value is a member of the set. */
export function hasMember(set: RegoSet, value: Value): boolean {
  return set.hasKey(keyOf(value))
}
