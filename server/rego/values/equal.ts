import { kindOf, orderedEntries } from './compare.ts'
import { compareNumbers } from './decimal.ts'
import { visited } from './meter.ts'
import { objectGet, objectSize } from './object.ts'
import { hasMember } from './set.ts'
import type { Num, ObjectValue, RegoSet, Value } from './value.ts'

/** Whether two values are the same value. */
export function equal(a: Value, b: Value): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  visited()
  const kind = kindOf(a)
  if (kind !== kindOf(b)) return false
  switch (kind) {
    case 'number':
      return compareNumbers(a as Num, b as Num) === 0
    case 'array':
      return equalLists(a as readonly Value[], b as readonly Value[])
    case 'set':
      return equalSets(a as RegoSet, b as RegoSet)
    default:
      return equalObjects(a as ObjectValue, b as ObjectValue)
  }
}

function equalLists(a: readonly Value[], b: readonly Value[]): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (!equal(a[i] as Value, b[i] as Value)) return false
  return true
}

function equalSets(a: RegoSet, b: RegoSet): boolean {
  if (a.size !== b.size) return false
  for (const member of a.values()) if (!hasMember(b, member)) return false
  return true
}

function equalObjects(a: ObjectValue, b: ObjectValue): boolean {
  if (objectSize(a) !== objectSize(b)) return false
  for (const [key, value] of orderedEntries(a)) {
    const other = objectGet(b, key)
    if (other === undefined || !equal(value, other)) return false
  }
  return true
}
