import { any, type Type } from '../../builtins/type.ts'
import { equal } from '../../values/equal.ts'
import type { Term } from '../ir.ts'
import { either, select, unifies } from './algebra.ts'
import type { TypeEnvironment } from './environment.ts'
import { typeOf } from './infer.ts'

/** Whether two terms can be equal, given what is known of each; their variables learn what follows. */
export function unifyTerms(left: Term, a: Type | undefined, right: Term, b: Type | undefined, env: TypeEnvironment): boolean {
  if (!a && b) return assume(left, b, env)
  if (a && !b) return assume(right, a, env)
  if (a && b) return unifies(a, b)
  return unifyUnknown(left, right, env)
}

/** Two terms of which nothing is known yet: they unify when their parts do. */
function unifyUnknown(left: Term, right: Term, env: TypeEnvironment): boolean {
  if (left.kind === 'local' && right.kind === 'local') return assume(left, any, env) && assume(right, any, env)
  if (left.kind === 'array' && right.kind === 'array') {
    return left.items.length === right.items.length && left.items.every((item, i) => unifyPart(item, right.items[i] as Term, env))
  }
  if (left.kind === 'object' && right.kind === 'object') return unifyObjects(left, right, env)
  const [local, pattern] = left.kind === 'local' ? [left, right] : [right, left]
  if (local.kind !== 'local' || (pattern.kind !== 'array' && pattern.kind !== 'object')) return false
  return assume(pattern, any, env) && assume(local, typeOf(pattern, env) ?? any, env)
}

function unifyPart(left: Term, right: Term, env: TypeEnvironment): boolean {
  return unifyTerms(left, typeOf(left, env), right, typeOf(right, env), env)
}

function unifyObjects(left: Term & { kind: 'object' }, right: Term & { kind: 'object' }, env: TypeEnvironment): boolean {
  if (left.entries.length !== right.entries.length) return false
  return left.entries.every(([key, value]) => {
    const twin = right.entries.find(([other]) => key.kind !== 'const' || other.kind !== 'const' || equal(key.value, other.value))
    return twin !== undefined && unifyPart(value, twin[1], env)
  })
}

/** Whether a term can be of a type; variables without one take it. */
export function assume(term: Term, type: Type, env: TypeEnvironment, widen = false): boolean {
  if (type.kind === 'union' && (term.kind === 'array' || term.kind === 'object' || term.kind === 'set'))
    return type.of.map(part => assume(term, part, env, true)).some(fits => fits)
  if (term.kind === 'local') {
    const known = env.local(term.name)
    if (known && !widen) return unifies(known, type)
    env.learn(term.name, (known && either([known, type])) ?? type)
    return true
  }
  if (term.kind === 'array') return assumeItems(term.items, type, env, widen)
  if (term.kind === 'set')
    return (
      type.kind === 'any' ||
      (type.kind === 'set' ? term.items.every(item => assume(item, type.of, env, widen)) : unifies({ kind: 'set', of: any }, type))
    )
  if (term.kind === 'object') return assumeEntries(term.entries, type, env, widen)
  return unifies(typeOf(term, env), type)
}

function assumeItems(items: readonly Term[], type: Type, env: TypeEnvironment, widen: boolean): boolean {
  if (type.kind === 'any') return items.map(item => assume(item, any, env, true)).every(fits => fits)
  if (type.kind !== 'array' || (items.length !== type.items.length && !type.rest)) return false
  return items.every((item, i) => {
    const expected = type.items[i] ?? type.rest
    return expected !== undefined && assume(item, expected, env, widen)
  })
}

function assumeEntries(entries: readonly (readonly [Term, Term])[], type: Type, env: TypeEnvironment, widen: boolean): boolean {
  if (type.kind === 'any') return entries.map(([, value]) => assume(value, any, env, true)).every(fits => fits)
  if (type.kind !== 'object' || (entries.length !== type.fields.length && !type.rest)) return false
  return entries.every(([key, value]) => {
    const expected = key.kind === 'const' ? select(type, key.value) : any
    return expected !== undefined && assume(value, expected, env, widen)
  })
}
