import type * as syntax from '../syntax/ast.ts'
import type { Value } from '../values/value.ts'
import { pathText, type Rule, type Statement, type Term, unmodified } from './ir.ts'
import type { Lowering } from './lower.ts'
import { patternVars } from './names.ts'
import { Scope } from './scope.ts'

/** The constant keys at which a head defines something, then the computed ones. */
export function headPath(
  pkg: readonly string[],
  ref: readonly syntax.Term[],
): { readonly path: readonly Value[]; readonly suffix: readonly syntax.Term[] } {
  const [name, ...keys] = ref
  const end = keys.findIndex(key => key.kind !== 'scalar')
  const constant = end < 0 ? keys : keys.slice(0, end)
  const path = constant.map(key => (key.kind === 'scalar' ? key.value : null))
  return { path: [...pkg, name?.kind === 'var' ? name.name : '', ...path], suffix: end < 0 ? [] : keys.slice(end) }
}

/** Lowers a rule with its `else` chain: the head's refs and calls become statements of the body. */
export function lowerRule(rule: syntax.Rule, pkg: readonly string[], lowering: Lowering): Rule {
  const { head } = rule
  const { path, suffix } = headPath(pkg, head.ref)
  const arguments_ = new Scope(undefined, new Set((head.args ?? []).flatMap(patternVars).map(name => name.name)))
  lowering.declareArguments(head.args ?? [], arguments_)
  const before: Statement[] = []
  const args = head.args?.map(arg => asPattern(lowering.term(arg, arguments_, before), before, lowering))
  let value: Term = { kind: 'const', value: true, at: head.at }
  let keys: readonly Term[] = []
  const body = lowering.body(rule.body, arguments_, true, (scope, out) => {
    keys = suffix.map(key => lowering.evaluated(lowering.term(key, scope, out), out))
    value = lowering.evaluated(lowering.term(head.member ?? head.value, scope, out), out)
  })
  return {
    path,
    suffix: keys,
    kind: head.member ? 'member' : 'value',
    isDefault: rule.isDefault,
    ...(args ? { args } : {}),
    value,
    body: [...before, ...body],
    ...(rule.else ? { else: lowerRule(rule.else, pkg, lowering) } : {}),
    name: pathText(path),
    at: rule.at,
  }
}

/** Refs in arguments are compared, not matched: they become a variable and a statement. */
function asPattern(term: Term, before: Statement[], lowering: Lowering): Term {
  if (term.kind === 'ref' || term.kind === 'comprehension') return viaLocal(term, before, lowering)
  if (term.kind === 'array') return { ...term, items: term.items.map(item => asPattern(item, before, lowering)) }
  if (term.kind === 'object')
    return { ...term, entries: term.entries.map(([key, value]) => [key, asPattern(value, before, lowering)] as const) }
  return term
}

function viaLocal(term: Term, out: Statement[], lowering: Lowering): Term {
  const local = lowering.fresh(term.at)
  out.push({ kind: 'unify', left: local, right: term, ...unmodified, at: term.at })
  return local
}
