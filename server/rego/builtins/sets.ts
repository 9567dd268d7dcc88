import type { Host } from '../evaluate/host.ts'
import { operandFailure } from '../evaluate/host.ts'
import { kindOf, orderedMembers } from '../values/compare.ts'
import { equal } from '../values/equal.ts'
import { lookup } from '../values/lookup.ts'
import { isObject, objectEntries } from '../values/object.ts'
import { hasMember, setOf } from '../values/set.ts'
import { RegoSet, type Value } from '../values/value.ts'
import { builtin, deprecated } from './builtin.ts'
import { any, anySet, boolean, set } from './type.ts'

function setsIn(values: RegoSet): readonly RegoSet[] {
  return orderedMembers(values).map(item => {
    if (!(item instanceof RegoSet)) throw operandFailure(1, 'set of sets', `set containing ${kindOf(item)}`)
    return item
  })
}

function union(a: RegoSet, b: RegoSet, host: Host): RegoSet {
  host.budget.charge(32 * (a.size + b.size))
  return a.union(b)
}

function intersect(a: RegoSet, b: RegoSet): RegoSet {
  return a.size <= b.size ? a.filter(member => hasMember(b, member)) : b.filter(member => hasMember(a, member))
}

/** `x in xs`: among the elements, members or values. */
function isMember(value: Value, collection: Value): boolean {
  if (Array.isArray(collection)) return collection.some(item => equal(item, value))
  if (collection instanceof RegoSet) return hasMember(collection, value)
  if (!isObject(collection)) return false
  for (const [, item] of objectEntries(collection)) if (equal(item, value)) return true
  return false
}

function isEntry(key: Value, value: Value, collection: Value): boolean {
  const found = lookup(collection, key)
  return found !== undefined && equal(found, value)
}

/** https://www.openpolicyagent.org/docs/policy-reference/builtins/sets */
export const sets = [
  builtin('and', [anySet, anySet], anySet, intersect),
  builtin('or', [anySet, anySet], anySet, union),
  builtin(
    'intersection',
    [set(anySet)],
    anySet,
    values => setsIn(values).reduce<RegoSet | undefined>((all, item) => (all ? intersect(all, item) : item), undefined) ?? RegoSet.empty,
  ),
  builtin('union', [set(anySet)], anySet, values => setOf(setsIn(values).flatMap(item => orderedMembers(item)))),
  deprecated(builtin('set_diff', [anySet, anySet], anySet, (a, b) => a.filter(member => !hasMember(b, member)))),
  builtin('internal.member_2', [any, any], boolean, isMember),
  builtin('internal.member_3', [any, any, any], boolean, isEntry),
]
