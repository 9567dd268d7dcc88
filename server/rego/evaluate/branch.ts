import type { RuleNode } from '../compile/rule-tree.ts'
import { compare } from '../values/compare.ts'
import { keyOf } from '../values/key.ts'
import { lookup } from '../values/lookup.ts'
import { isObject, objectEntries } from '../values/object.ts'
import type { Key, Value } from '../values/value.ts'
import type { Program } from './planner.ts'
import type { Query } from './query.ts'

/** A place below `data` on the way of a ref with computed keys: packages and rules on one side, the base document on the other. */
export class Branch {
  constructor(
    readonly node: RuleNode,
    readonly base: Value | undefined,
  ) {}
}

export type Place = Value | Branch | undefined

/** One key further. */
export function descend(program: Program, query: Query, place: Place, key: Value): Place {
  if (!(place instanceof Branch)) return lookup(place, key)
  const base = lookup(place.base, key)
  const child = place.node.children.get(keyOf(key))
  if (!child || child.isFunction || query.isMasked(child)) return base
  if (!child.hasRules) return new Branch(child, base)
  const document = program.document(query, child)
  return document === undefined ? base : document
}

/** The keys at a branch, of rules and base document together, in order. */
export function branchKeys(branch: Branch): readonly Value[] {
  const keys = new Map<Key, Value>()
  for (const child of branch.node.children.values()) {
    const key = child.path.at(-1) as Value
    if (!child.isFunction) keys.set(keyOf(key), key)
  }
  if (isObject(branch.base)) for (const [key] of objectEntries(branch.base)) keys.set(keyOf(key), key)
  return [...keys.values()].sort(compare)
}

/** The value at a place. */
export function settle(program: Program, query: Query, place: Place): Value | undefined {
  return place instanceof Branch ? program.extent(query, place.node, place.base) : place
}
