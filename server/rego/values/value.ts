import type { Numeral } from './numeral.ts'

/**
 * A value of the policy language (https://www.openpolicyagent.org/docs/policy-language#scalar-values and the sections after it).
 * Values are immutable. *Undefined* is not a value: the engine writes it as JavaScript's `undefined`.
 *
 * A JavaScript number stands for the decimal that it prints (`0.1` is exactly one tenth); what no double prints is a `Numeral`.
 * Objects that come from JSON stay as they came, objects that a policy builds are `RegoObject`: `object.ts` reads both.
 */
export type Value = null | boolean | Num | string | readonly Value[] | RegoSet | ObjectValue

/** A number: exact, of any size. */
export type Num = number | Numeral

/** An object: parsed JSON, or built by the engine with keys of any type. */
export type ObjectValue = RegoObject | JsonObject

/** An object as `JSON.parse` makes it; only own properties count. */
export interface JsonObject {
  readonly [key: string]: Value
}

/** What a value is filed under in a `Map`: equal values have the same key (`key.ts`). */
export type Key = null | boolean | number | string

/** One key with its value. */
export type Entry = readonly [key: Value, value: Value]

/** A set of values (https://www.openpolicyagent.org/docs/policy-language#sets); `set.ts` makes them and asks for members. */
export class RegoSet {
  /** The members in the order of the language, once they were asked for (`compare.ts`). */
  ordered: readonly Value[] | undefined

  static readonly empty = new RegoSet(new Map())

  /** Takes the map over: the caller keeps no hand on it. */
  constructor(private readonly members: ReadonlyMap<Key, Value>) {}

  get size(): number {
    return this.members.size
  }

  hasKey(key: Key): boolean {
    return this.members.has(key)
  }

  /** Members in no particular order, without the cost of sorting. */
  values(): Iterable<Value> {
    return this.members.values()
  }

  filter(keep: (member: Value) => boolean): RegoSet {
    const members = new Map<Key, Value>()
    for (const [key, member] of this.members) if (keep(member)) members.set(key, member)
    return new RegoSet(members)
  }

  union(other: RegoSet): RegoSet {
    return new RegoSet(new Map([...this.members, ...other.members]))
  }
}

/** An object with keys of any type (https://www.openpolicyagent.org/docs/policy-language#objects), as policies build them. */
export class RegoObject {
  /** The entries in the order of their keys, once they were asked for (`compare.ts`). */
  ordered: readonly Entry[] | undefined

  static readonly empty = new RegoObject(new Map())

  /** Takes the map over: the caller keeps no hand on it. */
  constructor(readonly entries: ReadonlyMap<Key, Entry>) {}
}
