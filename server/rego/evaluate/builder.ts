import { EvalFailure, type Position } from '../errors.ts'
import { equal } from '../values/equal.ts'
import { keyOf } from '../values/key.ts'
import { type Entry, type Key, RegoObject, RegoSet, type Value } from '../values/value.ts'

/** A document under construction: rules add values and members at paths. */
export class Builder {
  readonly #children = new Map<Key, readonly [key: Value, child: Builder]>()
  #value: Value | undefined
  #members: Map<Key, Value> | undefined

  /** Adds a value at a path. @throws EvalFailure (`eval_conflict_error`) when another value stands there. */
  put(path: readonly Value[], value: Value, at: Position): void {
    const place = this.descend(path, at)
    if (place.#value === undefined && place.#children.size === 0 && !place.#members) place.#value = value
    else if (place.#value === undefined || !equal(place.#value, value)) throw conflict(at)
  }

  /** Adds a member to the set at a path. */
  add(path: readonly Value[], member: Value, at: Position): void {
    const place = this.descend(path, at)
    if (place.#value !== undefined || place.#children.size > 0) throw conflict(at)
    place.#members ??= new Map()
    place.#members.set(keyOf(member), member)
  }

  /** The finished document; undefined when nothing was added. */
  build(): Value | undefined {
    if (this.#members) return new RegoSet(this.#members)
    if (this.#children.size === 0) return this.#value
    const entries = new Map<Key, Entry>()
    for (const [key, [name, child]] of this.#children) {
      const value = child.build()
      if (value !== undefined) entries.set(key, [name, value])
    }
    return new RegoObject(entries)
  }

  /** The place at a path, made when nothing stands there yet. */
  descend(path: readonly Value[], at: Position): Builder {
    let place: Builder = this
    for (const key of path) {
      if (place.#value !== undefined || place.#members) throw conflict(at)
      const name = keyOf(key)
      const known = place.#children.get(name)
      const child: Builder = known ? known[1] : new Builder()
      if (!known) place.#children.set(name, [key, child])
      place = child
    }
    return place
  }
}

function conflict(at: Position): EvalFailure {
  return new EvalFailure('eval_conflict_error', 'object keys must be unique', at)
}
