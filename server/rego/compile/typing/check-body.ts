import { any, type Type } from '../../builtins/type.ts'
import { compileError, type RegoError } from '../../errors.ts'
import { regoText } from '../../values/text.ts'
import { type Body, type Call, calleeText, pathText, type RefTerm, type Statement, type Term, type Unify } from '../ir.ts'
import { ownTerms, partsOf, withTerms } from '../vars.ts'
import { keysOf, select, typeText, unifies, valuesOf } from './algebra.ts'
import { assume, unifyTerms } from './assume.ts'
import type { TypeEnvironment } from './environment.ts'
import { closures, extentOf, reach, typeOf } from './infer.ts'

/** Checks the statements of a body in their order; the environment learns the types of its variables. */
export function checkBody(body: Body, env: TypeEnvironment, errors: RegoError[]): void {
  for (const statement of body) {
    const before = errors.length
    for (const term of [...ownTerms(statement), ...withTerms(statement)]) {
      checkClosures(term, env, errors)
      checkRefs(term, env, errors)
    }
    if (errors.length === before) checkStatement(statement, env, errors)
  }
}

function checkClosures(term: Term, env: TypeEnvironment, errors: RegoError[]): void {
  if (term.kind === 'comprehension') {
    const inner = env.inner()
    closures.set(term, inner)
    checkBody(term.body, inner, errors)
    if (!typeOf(term, env)) errors.push(compileError('rego_type_error', term.at, 'match error\n\tleft  : ???\n\tright : ???'))
  }
  for (const part of partsOf(term)) checkClosures(part, env, errors)
}

function checkStatement(statement: Statement, env: TypeEnvironment, errors: RegoError[]): void {
  switch (statement.kind) {
    case 'unify':
      checkUnify(statement, env, errors)
      return
    case 'call':
      isEquality(statement) ? checkUnify(equality(statement), env, errors) : checkCall(statement, env, errors)
      return
    default:
      // The bodies of `every` go unchecked, as in OPA.
      return
  }
}

/** `a == b` without a result is checked like `a = b`. */
function isEquality({ callee, args }: Call): boolean {
  return 'builtin' in callee && callee.builtin === 'equal' && args.length === 2
}

function equality({ args, negated, withs, at }: Call): Unify {
  return { kind: 'unify', left: args[0] as Term, right: args[1] as Term, negated, withs, at }
}

function checkUnify({ left, right, at }: Unify, env: TypeEnvironment, errors: RegoError[]): void {
  const [a, b] = [typeOf(left, env), typeOf(right, env)]
  if (unifyTerms(left, a, right, b, env)) return
  errors.push(compileError('rego_type_error', at, `match error\n\tleft  : ${typeText(a)}\n\tright : ${typeText(b)}`))
}

function checkCall(call: Call, env: TypeEnvironment, errors: RegoError[]): void {
  const type = signatureOf(call, env)
  if (type?.kind !== 'function') return
  const expected = [...type.args, type.result]
  const fits = call.args.every((arg, i) => {
    const want = expected[i]
    return !want || want.kind === 'any' || fitsArgument(arg, want, env)
  })
  for (const [i, arg] of call.args.entries()) if (expected[i]?.kind === 'any') assume(arg, any, env)
  if (fits) return
  const have = call.args.map(arg => typeText(typeOf(arg, env))).join(', ')
  const want = expected.map(typeText).join(', ')
  errors.push(
    compileError('rego_type_error', call.at, `${calleeText(call.callee)}: invalid argument(s)\n\thave: (${have})\n\twant: (${want})`),
  )
}

function fitsArgument(arg: Term, want: Type, env: TypeEnvironment): boolean {
  return arg.kind === 'const' ? unifies(typeOf(arg, env), want) : assume(arg, want, env)
}

function signatureOf({ callee }: Call, env: TypeEnvironment): Type | undefined {
  if ('path' in callee) {
    const node = env.tree.find(callee.path)
    return node && env.rules.get(node)
  }
  const row = env.builtins.get(callee.builtin)
  return row && { kind: 'function', args: row.args, result: row.result }
}

/** Refs into values whose type is known must lead somewhere. */
function checkRefs(term: Term, env: TypeEnvironment, errors: RegoError[]): void {
  if (term.kind === 'ref') checkRef(term, env, errors)
  for (const part of partsOf(term)) checkRefs(part, env, errors)
}

function checkRef(ref: RefTerm, env: TypeEnvironment, errors: RegoError[]): void {
  const { place, rest } = ref.root === 'data' ? reach(ref.path, env) : { place: undefined, rest: ref.path }
  const start = place ? extentOf(place, env) : typeof ref.root === 'string' ? any : env.local(ref.root.name)
  if (!start && typeof ref.root !== 'string') env.learn(ref.root.name, any)
  if (start?.kind === 'function') {
    errors.push(compileError('rego_type_error', ref.at, `undefined ref: ${refText(ref)}\n\thave: ${typeText(start)}`))
    return
  }
  let current: Type | undefined = start
  for (const key of place ? rest : ref.path) {
    if (!current) return
    if (!leads(key, current, env)) {
      errors.push(compileError('rego_type_error', ref.at, `undefined ref: ${refText(ref)}\n\thave: ${typeText(current)}`))
      return
    }
    current = key.kind === 'const' ? select(current, key.value) : valuesOf(current)
  }
}

/** Whether a key can be one of a type; a variable learns the type of the keys. */
function leads(key: Term, type: Type, env: TypeEnvironment): boolean {
  if (key.kind === 'const') return select(type, key.value) !== undefined
  const keys = keysOf(type)
  return keys !== undefined && assume(key, keys, env)
}

function refText({ root, path }: RefTerm): string {
  const constants = path.map(key => (key.kind === 'const' ? key.value : undefined))
  const end = constants.indexOf(undefined)
  const shown = pathText(
    (end < 0 ? constants : constants.slice(0, end)).map(key => key ?? null),
    typeof root === 'string' ? root : root.shown,
  )
  return (
    shown +
    (end < 0
      ? ''
      : path
          .slice(end)
          .map(key => `[${key.kind === 'local' ? key.shown : key.kind === 'const' ? regoText(key.value) : '…'}]`)
          .join(''))
  )
}
