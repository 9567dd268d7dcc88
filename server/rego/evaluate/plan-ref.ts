import type { RefTerm, Term } from '../compile/ir.ts'
import type { RuleNode } from '../compile/rule-tree.ts'
import { keyOf } from '../values/key.ts'
import { lookup, lookupBase } from '../values/lookup.ts'
import type { Value } from '../values/value.ts'
import { Branch, branchKeys, descend, type Place, settle } from './branch.ts'
import { each } from './each.ts'
import type { Frame, Getter, Matcher, Step } from './frame.ts'
import { planPattern } from './plan-pattern.ts'
import { type Planner, readSlot } from './planner.ts'

type TermPlan = (planner: Planner, term: Term) => Getter

/** Plans a ref: keys that are known are looked up, keys that are not make the plan loop. */
export function planRef(planner: Planner, ref: RefTerm, planTerm: TermPlan): Getter {
  if (ref.root === 'data') return planData(planner, ref.path, planTerm)
  if (ref.root === 'input') return planPath(planner, frame => frame.query.input, ref.path, planTerm)
  return planPath(planner, readSlot(planner.slot(ref.root)), ref.path, planTerm)
}

function constantKeys(path: readonly Term[]): readonly Value[] {
  const end = path.findIndex(key => key.kind !== 'const')
  return (end < 0 ? path : path.slice(0, end)).map(key => (key.kind === 'const' ? key.value : null))
}

/** Follows a path into a value. */
function planPath(planner: Planner, base: Getter, path: readonly Term[], planTerm: TermPlan): Getter {
  const keys = constantKeys(path)
  const [key, ...rest] = path.slice(keys.length)
  const start = keys.length > 0 ? follow(base, keys) : base
  if (!key) return start
  const next = planner.isGround(key) ? atKey(start, planTerm(planner, key)) : enumerate(planner, start, key, planTerm)
  return planPath(planner, next, rest, planTerm)
}

function follow(base: Getter, keys: readonly Value[]): Getter {
  const [only] = keys
  if (keys.length === 1 && only !== undefined) return frame => lookup(base(frame), only)
  return frame => {
    let value = base(frame)
    for (let i = 0; i < keys.length && value !== undefined; i++) value = lookup(value, keys[i] as Value)
    return value
  }
}

function atKey(base: Getter, key: Getter): Getter {
  return frame => {
    const name = key(frame)
    return name === undefined ? undefined : lookup(base(frame), name)
  }
}

/** Pushes a loop over a collection; the getter reads the element that the loop has come to. */
function enumerate(planner: Planner, base: Getter, key: Term, planTerm: TermPlan): Getter {
  const slot = planner.temporary()
  const match = keyMatcher(planner, key, planTerm)
  planner.push(next => frame => {
    const collection = base(frame)
    return collection !== undefined && each(collection, (name, value) => visit(frame, name, value, slot, match, next))
  })
  return readSlot(slot)
}

function visit(frame: Frame, key: Value, value: unknown, slot: number, match: Matcher, next: Step): boolean {
  frame.query.host.budget.tick()
  if (!match(frame, key)) return false
  frame.slots[slot] = value
  return next(frame)
}

function keyMatcher(planner: Planner, key: Term, planTerm: TermPlan): Matcher {
  return planPattern(planner, key, planTerm)
}

function planData(planner: Planner, path: readonly Term[], planTerm: TermPlan): Getter {
  const { program } = planner
  const keys = constantKeys(path)
  let node: RuleNode = program.tree.root
  for (const [i, key] of keys.entries()) {
    const child = node.children.get(keyOf(key))
    if (!child || child.isFunction) return planPath(planner, followBase(keys), path.slice(keys.length), planTerm)
    if (child.hasRules) return planPath(planner, documentAt(planner, child), path.slice(i + 1), planTerm)
    node = child
  }
  return planBranch(planner, node, path.slice(keys.length), planTerm)
}

/** Reads the base document at a path. */
function followBase(keys: readonly Value[]): Getter {
  return frame => {
    let value: Value | undefined = frame.query.data
    for (let i = 0; i < keys.length && value !== undefined; i++) value = lookupBase(value, keys[i] as Value)
    return value
  }
}

/** Reads the document of a rule, or the base document where a `with` stands in its place. */
function documentAt({ program }: Planner, node: RuleNode): Getter {
  const base = followBase(node.path)
  return frame => {
    const { query } = frame
    return query.masked !== undefined && query.isMasked(node) ? base(frame) : program.document(query, node)
  }
}

type PlaceGetter = (frame: Frame) => Place

/** Follows computed keys through packages and rules. */
function planBranch(planner: Planner, node: RuleNode, path: readonly Term[], planTerm: TermPlan): Getter {
  const { program } = planner
  const base = followBase(node.path)
  let place: PlaceGetter = frame =>
    frame.query.masked !== undefined && frame.query.isMasked(node) ? base(frame) : new Branch(node, base(frame))
  for (const key of path)
    place = planner.isGround(key) ? branchAt(planner, place, planTerm(planner, key)) : enumerateBranch(planner, place, key, planTerm)
  return frame => settle(program, frame.query, place(frame))
}

function branchAt({ program }: Planner, place: PlaceGetter, key: Getter): PlaceGetter {
  return frame => {
    const name = key(frame)
    return name === undefined ? undefined : descend(program, frame.query, place(frame), name)
  }
}

function enumerateBranch(planner: Planner, place: PlaceGetter, key: Term, planTerm: TermPlan): PlaceGetter {
  const { program } = planner
  const slot = planner.temporary()
  const match = keyMatcher(planner, key, planTerm)
  planner.push(next => frame => {
    const here = place(frame)
    if (here === undefined) return false
    if (!(here instanceof Branch)) return each(here, (name, value) => visit(frame, name, value, slot, match, next))
    for (const name of branchKeys(here)) {
      const value = descend(program, frame.query, here, name)
      if (value !== undefined && visit(frame, name, value, slot, match, next)) return true
    }
    return false
  })
  return frame => frame.slots[slot] as Place
}
