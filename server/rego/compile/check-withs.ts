import { type CompileErrorCode, compileError, type RegoError } from '../errors.ts'
import { keyOf } from '../values/key.ts'
import type { Body, Rule, With } from './ir.ts'
import type { RuleTree } from './rule-tree.ts'
import { visitClosures } from './vars.ts'

/** What `with` may not replace. */
export function checkWiths(rule: Rule, tree: RuleTree): readonly RegoError[] {
  const errors: RegoError[] = []
  const inBody = (body: Body): void => {
    for (const statement of body) {
      for (const item of statement.withs) {
        const problem = checkWith(item, tree)
        if (problem) errors.push(compileError(problem[0], item.at, problem[1]))
      }
      visitClosures(statement, inBody)
    }
  }
  for (let link: Rule | undefined = rule; link; link = link.else) inBody(link.body)
  return errors
}

function checkWith({ target, value }: With, tree: RuleTree): readonly [CompileErrorCode, string] | undefined {
  if (!('root' in target)) return undefined
  if (value.kind === 'function') return ['rego_type_error', 'with keyword replacing built-in function: value must not be a function']
  if (target.root === 'data' && isInsideRule(target.path, tree))
    return ['rego_compile_error', 'with keyword cannot partially replace virtual document(s)']
  return undefined
}

/** Whether the path goes on below a place with rules. */
function isInsideRule(path: readonly Parameters<typeof keyOf>[0][], tree: RuleTree): boolean {
  let node = tree.root
  for (const key of path) {
    if (node.hasRules && !node.children.has(keyOf(key))) return true
    const child = node.children.get(keyOf(key))
    if (!child) return false
    node = child
  }
  return false
}
