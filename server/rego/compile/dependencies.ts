import { keyOf } from '../values/key.ts'
import type { Callee, RefTerm, Rule, Statement, Term } from './ir.ts'
import type { RuleNode, RuleTree } from './rule-tree.ts'
import { ownTerms, partsOf, withTerms } from './vars.ts'

/** The places with rules that a rule may evaluate, each once. */
export function dependencies(rule: Rule, tree: RuleTree): ReadonlySet<RuleNode> {
  const found = new Set<RuleNode>()
  const inTerm = (term: Term): void => {
    if (term.kind === 'ref' && term.root === 'data') for (const node of targets(term, tree)) found.add(node)
    if (term.kind === 'comprehension') {
      for (const statement of term.body) inStatement(statement)
      inTerm(term.value)
      if (term.key) inTerm(term.key)
    }
    for (const part of partsOf(term)) inTerm(part)
  }
  const callee = (target: Callee): void => {
    const node = 'path' in target ? tree.find(target.path) : undefined
    if (node) found.add(node)
  }
  const inStatement = (statement: Statement): void => {
    for (const term of [...ownTerms(statement), ...withTerms(statement)]) inTerm(term)
    for (const { value } of statement.withs) if (value.kind === 'function') callee(value.callee)
    if (statement.kind === 'call') callee(statement.callee)
    if (statement.kind === 'every') for (const inner of statement.body) inStatement(inner)
  }
  for (let link: Rule | undefined = rule; link; link = link.else) {
    for (const statement of link.body) inStatement(statement)
    for (const term of [...link.suffix, link.value, ...(link.args ?? [])]) inTerm(term)
  }
  return found
}

/** The places with rules that a ref below `data` may reach. */
function targets(ref: RefTerm, tree: RuleTree): readonly RuleNode[] {
  let places: readonly RuleNode[] = [tree.root]
  const reached: RuleNode[] = []
  for (const key of ref.path) {
    const next = places.flatMap(node => (key.kind === 'const' ? [node.children.get(keyOf(key.value))] : [...node.children.values()]))
    const nodes = next.flatMap(node => (node ? [node] : []))
    reached.push(...nodes.filter(node => node.hasRules))
    places = nodes
  }
  return [...reached, ...places.flatMap(place => [...tree.nodes(place)].filter(node => node.hasRules && !node.isFunction))]
}
