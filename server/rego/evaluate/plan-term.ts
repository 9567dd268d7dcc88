import type { Comprehension, ListTerm, ObjectTerm, Term } from '../compile/ir.ts'
import { EvalFailure, type Position } from '../errors.ts'
import { equal } from '../values/equal.ts'
import { keyOf } from '../values/key.ts'
import { setOf } from '../values/set.ts'
import { type Entry, type Key, RegoObject, RegoSet, type Value } from '../values/value.ts'
import type { Frame, Getter, Step } from './frame.ts'
import { planRef } from './plan-ref.ts'
import { type Planner, readSlot } from './planner.ts'

/** Plans a term: loops for refs that enumerate are pushed, the getter reads the term inside them. */
export function planTerm(planner: Planner, term: Term): Getter {
  switch (term.kind) {
    case 'const': {
      const { value } = term
      return () => value
    }
    case 'local':
      return readSlot(planner.slot(term))
    case 'ref':
      return planRef(planner, term, planTerm)
    case 'array':
    case 'set':
      return planList(planner, term)
    case 'object':
      return planObject(planner, term)
    case 'comprehension':
      return planComprehension(planner, term)
  }
}

function planList(planner: Planner, { kind, items }: ListTerm): Getter {
  const getters = items.map(item => planTerm(planner, item))
  const gather: (frame: Frame) => Value[] | undefined = frame => {
    const values = new Array<Value>(getters.length)
    for (let i = 0; i < getters.length; i++) {
      const value = (getters[i] as Getter)(frame)
      if (value === undefined) return undefined
      values[i] = value
    }
    frame.query.host.budget.charge(16 + 8 * values.length)
    return values
  }
  if (kind === 'array') return gather
  return frame => {
    const values = gather(frame)
    return values && setOf(values)
  }
}

/** Of entries with the same key the last one counts. */
function planObject(planner: Planner, { entries }: ObjectTerm): Getter {
  const getters = entries.map(([key, value]) => [planTerm(planner, key), planTerm(planner, value)] as const)
  return frame => {
    const map = new Map<Key, Entry>()
    for (const [key, value] of getters) {
      const name = key(frame)
      const item = name === undefined ? undefined : value(frame)
      if (name === undefined || item === undefined) return undefined
      map.set(keyOf(name), [name, item])
    }
    frame.query.host.budget.charge(32 + 32 * map.size)
    return new RegoObject(map)
  }
}

function insert(map: Map<Key, Entry>, key: Value, value: Value, at: Position): void {
  const name = keyOf(key)
  const known = map.get(name)
  if (!known) map.set(name, [key, value])
  else if (!equal(known[1], value)) throw new EvalFailure('eval_conflict_error', 'object keys must be unique', at)
}

function planComprehension(planner: Planner, term: Comprehension): Getter {
  const slot = planner.temporary()
  const steps = planner.aside(
    () => planner.body(term.body),
    () => collect(planner, term, slot),
  )
  const [empty, finish] = collectors[term.of]
  return frame => {
    const outer = frame.slots[slot]
    frame.slots[slot] = empty()
    steps(frame)
    const value = finish(frame.slots[slot])
    frame.slots[slot] = outer
    return value
  }
}

const collectors = {
  array: [() => [], (items: unknown) => items as readonly Value[]],
  set: [() => new Map(), (members: unknown) => new RegoSet(members as Map<Key, Value>)],
  object: [() => new Map(), (entries: unknown) => new RegoObject(entries as Map<Key, Entry>)],
} as const

/** The step that adds one result to the collection under construction. */
function collect(planner: Planner, term: Comprehension, slot: number): Step {
  const value = planTerm(planner, term.value)
  const key = term.key && planTerm(planner, term.key)
  const add = (frame: Frame, item: Value): void => {
    const collection = frame.slots[slot]
    if (term.of === 'array') (collection as Value[]).push(item)
    else if (term.of === 'set') (collection as Map<Key, Value>).set(keyOf(item), item)
    else addEntry(collection as Map<Key, Entry>, key?.(frame), item, term.at)
  }
  return frame => {
    const item = value(frame)
    if (item === undefined) return false
    frame.query.host.budget.tick()
    frame.query.host.budget.charge(32)
    add(frame, item)
    return false
  }
}

function addEntry(map: Map<Key, Entry>, key: Value | undefined, value: Value, at: Position): void {
  if (key !== undefined) insert(map, key, value, at)
}
