import type { Term } from '../compile/ir.ts'
import { equal } from '../values/equal.ts'
import { isObject, objectGet, objectSize } from '../values/object.ts'
import type { Value } from '../values/value.ts'
import type { Frame, Getter, Matcher } from './frame.ts'
import type { Planner } from './planner.ts'

type TermPlan = (planner: Planner, term: Term) => Getter

/** Plans the comparison of a value with a term that may hold unbound variables; they are bound afterwards. */
export function planPattern(planner: Planner, term: Term, planTerm: TermPlan): Matcher {
  if (term.kind === 'local' && !planner.isBound(term)) return binding(planner, term)
  if (term.kind === 'array' && !planner.isGround(term)) {
    return arrayMatcher(term.items.map(item => planPattern(planner, item, planTerm)))
  }
  if (term.kind === 'object' && !planner.isGround(term)) {
    return objectMatcher(term.entries.map(([key, value]) => [planTerm(planner, key), planPattern(planner, value, planTerm)] as const))
  }
  return comparison(planTerm(planner, term))
}

function binding(planner: Planner, term: Term & { kind: 'local' }): Matcher {
  const slot = planner.slot(term)
  planner.bind(term)
  return (frame, value) => {
    frame.slots[slot] = value
    return true
  }
}

function comparison(getter: Getter): Matcher {
  return (frame, value) => {
    const own = getter(frame)
    return own !== undefined && equal(own, value)
  }
}

function arrayMatcher(items: readonly Matcher[]): Matcher {
  return (frame, value) => {
    if (!Array.isArray(value) || value.length !== items.length) return false
    for (let i = 0; i < items.length; i++) if (!(items[i] as Matcher)(frame, value[i] as Value)) return false
    return true
  }
}

function objectMatcher(entries: readonly (readonly [key: Getter, value: Matcher])[]): Matcher {
  return (frame, value) =>
    isObject(value) &&
    objectSize(value) === entries.length &&
    entries.every(([key, match]) => matchEntry(frame, objectGet.bind(undefined, value), key, match))
}

function matchEntry(frame: Frame, get: (key: Value) => Value | undefined, key: Getter, match: Matcher): boolean {
  const name = key(frame)
  const item = name === undefined ? undefined : get(name)
  return item !== undefined && match(frame, item)
}
