import { compileError, type RegoError } from '../errors.ts'
import { dependencies } from './dependencies.ts'
import { pathText } from './ir.ts'
import type { RuleNode, RuleTree } from './rule-tree.ts'

/** What each place with rules may evaluate. */
export type Graph = ReadonlyMap<RuleNode, ReadonlySet<RuleNode>>

export function dependencyGraph(tree: RuleTree): Graph {
  const graph = new Map<RuleNode, ReadonlySet<RuleNode>>()
  for (const node of tree.nodes()) {
    if (node.hasRules) graph.set(node, new Set(node.rules.flatMap(rule => [...dependencies(rule, tree)])))
  }
  return graph
}

/** Rules that depend on themselves (`rego_recursion_error`), each with the way back to it. */
export function recursions(graph: Graph): readonly RegoError[] {
  return [...graph.keys()].flatMap(node => {
    const way = wayBack(graph, node)
    const at = node.declared[0]?.at
    if (!way || !at) return []
    const names = [node, ...way].map(step => pathText(step.path))
    return [compileError('rego_recursion_error', at, `rule ${names[0]} is recursive: ${names.join(' -> ')}`)]
  })
}

/** The shortest way from a node's dependencies to the node itself. */
function wayBack(graph: Graph, start: RuleNode): readonly RuleNode[] | undefined {
  const seen = new Map<RuleNode, readonly RuleNode[]>()
  const queue: (readonly RuleNode[])[] = [...(graph.get(start) ?? [])].map(node => [node])
  for (let way = queue.shift(); way; way = queue.shift()) {
    const node = way.at(-1)
    if (node === start) return way
    if (!node || seen.has(node)) continue
    seen.set(node, way)
    for (const next of graph.get(node) ?? []) queue.push([...way, next])
  }
  return undefined
}

/** Places in an order in which each comes after those it depends on. */
export function inDependencyOrder(graph: Graph): readonly RuleNode[] {
  const order = new Set<RuleNode>()
  const visit = (node: RuleNode): void => {
    if (order.has(node)) return
    for (const next of graph.get(node) ?? []) visit(next)
    order.add(node)
  }
  for (const node of graph.keys()) visit(node)
  return [...order]
}
