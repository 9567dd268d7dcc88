import type { Builtin } from '../../builtins/builtin.ts'
import { any, type Type } from '../../builtins/type.ts'
import { compileError, type RegoError } from '../../errors.ts'
import type { Body, Rule } from '../ir.ts'
import { type Graph, inDependencyOrder } from '../recursion.ts'
import type { RuleNode, RuleTree } from '../rule-tree.ts'
import { visitClosures, visitVars } from '../vars.ts'
import { bounded, either } from './algebra.ts'
import { checkBody } from './check-body.ts'
import { TypeEnvironment } from './environment.ts'
import { typeOf } from './infer.ts'

/** The static type check: calls with arguments of wrong types, comparisons that never hold, refs that lead nowhere. */
export function checkTypes(tree: RuleTree, graph: Graph, builtins: ReadonlyMap<string, Builtin>): readonly RegoError[] {
  const env = new TypeEnvironment(tree, new Map(), builtins)
  const errors: RegoError[] = []
  for (const node of inDependencyOrder(graph)) env.rules.set(node, bounded(checkNode(node, env, errors)))
  return errors.length > 0 ? errors : deprecations(tree, builtins)
}

function checkNode(node: RuleNode, env: TypeEnvironment, errors: RegoError[]): Type {
  const links = node.rules.flatMap(chain)
  const types = links.map(rule => checkRule(rule, env, errors))
  if (node.isFunction) return mergeFunctions(types)
  return either(types) ?? any
}

function chain(rule: Rule): readonly Rule[] {
  return rule.else ? [rule, ...chain(rule.else)] : [rule]
}

/** A rule with an error may be of any type, so that one mistake is reported once. */
function checkRule(rule: Rule, env: TypeEnvironment, errors: RegoError[]): Type {
  const before = errors.length
  const inner = env.inner()
  checkBody(rule.body, inner, errors)
  if (errors.length > before) return any
  const value = typeOf(rule.value, inner) ?? any
  if (rule.args) {
    for (const arg of rule.args) visitVars(arg, {}, local => inner.local(local.name) ?? inner.learn(local.name, any))
    return { kind: 'function', args: rule.args.map(arg => typeOf(arg, inner) ?? any), result: value }
  }
  const leaf: Type = rule.kind === 'member' ? { kind: 'set', of: value } : value
  return rule.suffix.reduceRight<Type>((type, key) => ({ kind: 'object', fields: [], rest: [typeOf(key, inner) ?? any, type] }), leaf)
}

function mergeFunctions(types: readonly Type[]): Type {
  const functions = types.flatMap(type => (type.kind === 'function' ? [type] : []))
  const [first] = functions
  if (!first || functions.length < types.length) return any
  return {
    kind: 'function',
    args: first.args.map((_, i) => either(functions.map(type => type.args[i] ?? any)) ?? any),
    result: either(functions.map(type => type.result)) ?? any,
  }
}

/** Calls of builtins that Rego v1 no longer has. */
function deprecations(tree: RuleTree, builtins: ReadonlyMap<string, Builtin>): readonly RegoError[] {
  const errors: RegoError[] = []
  const inBody = (body: Body): void => {
    for (const statement of body) {
      if (statement.kind === 'call' && 'builtin' in statement.callee && builtins.get(statement.callee.builtin)?.isDeprecated) {
        errors.push(
          compileError('rego_type_error', statement.at, `deprecated built-in function calls in expression: ${statement.callee.builtin}`),
        )
      }
      visitClosures(statement, inBody)
    }
  }
  for (const node of tree.nodes()) for (const rule of node.rules.flatMap(chain)) inBody(rule.body)
  return errors
}
