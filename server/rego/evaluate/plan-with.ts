import type { Statement, Term, With } from '../compile/ir.ts'
import { withPath } from '../values/lookup.ts'
import type { Value } from '../values/value.ts'
import type { Frame, Getter } from './frame.ts'
import { calleeKey, type Planner } from './planner.ts'
import type { Query } from './query.ts'

type TermPlan = (planner: Planner, term: Term) => Getter
type Change = (query: Query, frame: Frame) => Query | undefined

/** Plans a statement under its `with` modifiers: inside it the frame looks into other documents, after it into its own again. */
export function planWith(planner: Planner, statement: Statement, planTerm: TermPlan, planInner: () => void): void {
  const changes = statement.withs.map(item => planChange(planner, item, planTerm))
  const outer = planner.temporary()
  planner.push(next => frame => {
    const own = frame.query
    let query: Query | undefined = own
    for (const change of changes) query = query && change(query, frame)
    if (query === undefined) return false
    const before = frame.slots[outer]
    frame.slots[outer] = own
    frame.query = query
    const stop = next(frame)
    frame.query = own
    frame.slots[outer] = before
    return stop
  })
  planInner()
  planner.push(next => frame => {
    const query = frame.query
    frame.query = frame.slots[outer] as Query
    const stop = next(frame)
    frame.query = query
    return stop
  })
}

function planChange(planner: Planner, { target, value }: With, planTerm: TermPlan): Change {
  if (value.kind === 'function') {
    if ('root' in target) return () => undefined
    const mock = [calleeKey(target), { callee: value.callee }] as const
    return query => query.with({ mock })
  }
  const getter = planTerm(planner, value)
  const change = 'root' in target ? documentChange(planner, target) : functionChange(calleeKey(target))
  return (query, frame) => {
    const replacement = getter(frame)
    return replacement === undefined ? undefined : change(query, replacement)
  }
}

function functionChange(name: string): (query: Query, value: Value) => Query {
  return (query, value) => query.with({ mock: [name, { value }] })
}

function documentChange(
  { program }: Planner,
  { root, path }: { readonly root: 'input' | 'data'; readonly path: readonly Value[] },
): (query: Query, value: Value) => Query {
  if (root === 'input') return (query, value) => query.with({ input: withPath(query.input, path, value) })
  const node = program.tree.find(path)
  return (query, value) => query.with({ data: withPath(query.data, path, value), ...(node ? { masked: node } : {}) })
}
