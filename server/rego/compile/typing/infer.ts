import { any, type Type } from '../../builtins/type.ts'
import { keyOf } from '../../values/key.ts'
import type { Value } from '../../values/value.ts'
import type { RefTerm, Term } from '../ir.ts'
import type { RuleNode } from '../rule-tree.ts'
import { either, objectType, select, typeOfValue, valuesOf } from './algebra.ts'
import type { TypeEnvironment } from './environment.ts'

/** The type of a term as far as it is known: undefined for variables that nothing has fixed yet. */
export function typeOf(term: Term, env: TypeEnvironment): Type | undefined {
  switch (term.kind) {
    case 'const':
      return typeOfValue(term.value)
    case 'local':
      return env.local(term.name)
    case 'ref':
      return typeOfRef(term, env)
    case 'array': {
      const items = term.items.map(item => typeOf(item, env))
      return items.every(item => item !== undefined) ? { kind: 'array', items } : undefined
    }
    case 'set': {
      return { kind: 'set', of: either(term.items.flatMap(item => typeOf(item, env) ?? [])) ?? any }
    }
    case 'object':
      return typeOfObject(term.entries, env)
    case 'comprehension':
      return typeOfComprehension(term, env)
  }
}

function typeOfObject(entries: readonly (readonly [Term, Term])[], env: TypeEnvironment): Type | undefined {
  const typed = entries.map(([key, value]) => ({ key, keyType: typeOf(key, env), type: typeOf(value, env) }))
  const fields = typed.flatMap(({ key, type }) => (key.kind === 'const' && type ? [{ key: key.value, type }] : []))
  const computed = typed.filter(({ key }) => key.kind !== 'const')
  if (fields.length + computed.length < typed.length || computed.some(({ keyType, type }) => !keyType || !type)) return undefined
  const keys = either(computed.flatMap(({ keyType }) => keyType ?? []))
  const values = either(computed.flatMap(({ type }) => type ?? []))
  return objectType(fields, keys && values ? [keys, values] : undefined)
}

function typeOfComprehension(term: Term & { kind: 'comprehension' }, env: TypeEnvironment): Type | undefined {
  const inner = closures.get(term) ?? env
  const value = typeOf(term.value, inner)
  const key = term.key && typeOf(term.key, inner)
  if (term.of === 'array') return { kind: 'array', items: [], rest: value ?? any }
  if (!value || (term.key && !key)) return undefined
  if (term.of === 'set') return { kind: 'set', of: value }
  return { kind: 'object', fields: [], rest: [key ?? any, value] }
}

/** The environments in which the bodies of comprehensions were checked. */
export const closures = new WeakMap<Term, TypeEnvironment>()

function typeOfRef({ root, path }: RefTerm, env: TypeEnvironment): Type | undefined {
  if (root === 'input') return any
  if (root !== 'data') return follow(env.local(root.name), path)
  const { place, rest } = reach(path, env)
  return place ? follow(extentOf(place, env), rest) : any
}

/** The type of the document at a place: what its rules define, with what the rules below it add. */
export function extentOf(node: RuleNode, env: TypeEnvironment): Type {
  const own = env.rules.get(node)
  if (own?.kind === 'function') return own
  const fields = [...node.children.values()]
    .filter(child => !child.isFunction)
    .map(child => ({ key: child.path.at(-1) as Value, type: extentOf(child, env) }))
  if (fields.length === 0) return own ?? any
  if (!own) return { kind: 'object', fields }
  return own.kind === 'object' ? { ...own, fields: [...own.fields, ...fields] } : (either([own, { kind: 'object', fields }]) ?? any)
}

/** The place in the tree that constant keys lead to, and the keys after it. */
export function reach(
  path: readonly Term[],
  env: TypeEnvironment,
): { readonly place: RuleNode | undefined; readonly rest: readonly Term[] } {
  let node = env.tree.root
  for (const [i, key] of path.entries()) {
    const child = key.kind === 'const' ? node.children.get(keyOf(key.value)) : undefined
    if (!child) return key.kind === 'const' || i === 0 ? { place: undefined, rest: [] } : { place: node, rest: path.slice(i) }
    if (child.hasRules) return { place: child, rest: path.slice(i + 1) }
    node = child
  }
  return { place: path.length > 0 && node !== env.tree.root ? node : undefined, rest: [] }
}

function follow(type: Type | undefined, path: readonly Term[]): Type | undefined {
  let current = type
  for (const key of path) {
    if (!current) return undefined
    current = key.kind === 'const' ? select(current, key.value) : valuesOf(current)
  }
  return current
}
