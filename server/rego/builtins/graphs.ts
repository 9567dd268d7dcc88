import { each, isCollection } from '../evaluate/each.ts'
import type { Host } from '../evaluate/host.ts'
import { keyOf } from '../values/key.ts'
import { objectGet } from '../values/object.ts'
import { hasMember, setOf } from '../values/set.ts'
import { type Key, type ObjectValue, RegoSet, type Value } from '../values/value.ts'
import { elements } from './aggregates.ts'
import { type Builtin, builtin } from './builtin.ts'
import { any, anyArray, anySet, array, object, set, tuple, union } from './type.ts'

const nodes = union(anyArray, anySet)
const graph = object(any, nodes)

function neighbours(of: ObjectValue, node: Value): readonly Value[] | undefined {
  const edges = objectGet(of, node)
  if (edges === undefined) return undefined
  return Array.isArray(edges) || edges instanceof RegoSet ? elements(edges as readonly Value[] | RegoSet) : []
}

function reachable(of: ObjectValue, initial: readonly Value[] | RegoSet, host: Host): RegoSet {
  const queue = [...elements(initial)]
  const found = new Map<Key, Value>()
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    host.budget.tick()
    const next = found.has(keyOf(node)) ? undefined : neighbours(of, node)
    if (!next) continue
    found.set(keyOf(node), node)
    queue.push(...next)
  }
  return new RegoSet(found)
}

/** Every longest way from the initial nodes that passes no node twice. */
function reachablePaths(of: ObjectValue, initial: readonly Value[] | RegoSet, host: Host): RegoSet {
  const paths: Value[] = []
  const walk = (path: readonly Value[], seen: RegoSet): void => {
    host.budget.tick()
    host.budget.charge(8 * path.length)
    const next = neighbours(of, path.at(-1) as Value) ?? []
    const ways = next.filter(node => neighbours(of, node) !== undefined && !hasMember(seen, node))
    if (ways.length < Math.max(1, next.length)) paths.push(path)
    for (const node of ways) walk([...path, node], seen.union(setOf([node])))
  }
  for (const node of elements(initial)) if (neighbours(of, node)) walk([node], setOf([node]))
  return setOf(paths)
}

/** Every value inside a value with the path that leads to it, the value itself first. */
function* walk(value: Value, path: readonly Value[], host: Host): Generator<Value> {
  host.budget.charge(32 + 8 * path.length)
  yield [path, value]
  if (!isCollection(value)) return
  const entries: (readonly [Value, Value])[] = []
  each(value, (key, item) => {
    entries.push([key, item])
    return false
  })
  for (const [key, item] of entries) yield* walk(item, [...path, key], host)
}

const walkRelation: Builtin = {
  name: 'walk',
  args: [any],
  result: tuple(anyArray, any),
  run: (value: Value, host: Host) => walk(value, [], host) as unknown as Value,
  isRelation: true,
}

/** https://www.openpolicyagent.org/docs/policy-reference/builtins/graph */
export const graphs = [
  builtin('graph.reachable', [graph, nodes], anySet, reachable),
  builtin('graph.reachable_paths', [graph, nodes], set(array(any)), reachablePaths),
  walkRelation,
]
