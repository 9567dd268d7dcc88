import type { Builtin } from '../builtins/builtin.ts'
import type { Type } from '../builtins/type.ts'
import { EvalFailure, type Position } from '../errors.ts'
import { type Kind, kindOf } from '../values/compare.ts'
import type { Value } from '../values/value.ts'
import { BuiltinFailure, type Host, operandFailure } from './host.ts'
import type { Query } from './query.ts'

type Run = (...operands: readonly unknown[]) => Value | undefined

/** Calls a builtin. A wrong operand makes the result undefined; the query remembers the error for strict mode. */
export function invoke(builtin: Builtin, args: readonly Value[], query: Query, at: Position): Value | undefined {
  const mismatch = checkOperands(builtin, args)
  if (mismatch && builtin.isPredicate) return false
  if (mismatch) return remember(mismatch, builtin, query, at)
  try {
    return run(builtin.run as Run, args, query.host)
  } catch (error) {
    return remember(error, builtin, query, at)
  }
}

/** Spreading costs more than most builtins do, hence the cases. */
function run(call: Run, args: readonly Value[], host: Host): Value | undefined {
  switch (args.length) {
    case 1:
      return call(args[0], host)
    case 2:
      return call(args[0], args[1], host)
    case 3:
      return call(args[0], args[1], args[2], host)
    default:
      return call(...args, host)
  }
}

/** Calls a builtin that yields several results. */
export function invokeRelation(builtin: Builtin, args: readonly Value[], query: Query, _at: Position): Iterable<Value> {
  return (builtin.run as (value: Value, host: Host) => unknown)(args[0] as Value, query.host) as Iterable<Value>
}

function remember(error: unknown, builtin: Builtin, query: Query, at: Position): undefined {
  if (!(error instanceof BuiltinFailure)) throw error
  query.failures.push(new EvalFailure(error.code, `${builtin.name}: ${error.message}`, at))
  return undefined
}

/** Which kinds the operands of a builtin may have, computed once. */
const allowed = new WeakMap<Builtin, readonly (ReadonlySet<Kind> | 'any')[]>()

function checkOperands(builtin: Builtin, args: readonly Value[]): BuiltinFailure | undefined {
  const expected = allowedKinds(builtin)
  for (let i = 0; i < expected.length; i++) {
    const kinds = expected[i]
    if (kinds === 'any' || kinds === undefined) continue
    const kind = kindOf(args[i] as Value)
    if (!kinds.has(kind)) return operandFailure(i + 1, wanted(kinds), kind)
  }
  return undefined
}

function allowedKinds(builtin: Builtin): readonly (ReadonlySet<Kind> | 'any')[] {
  const known = allowed.get(builtin)
  if (known) return known
  const kinds = builtin.args.map(kindsOf)
  allowed.set(builtin, kinds)
  return kinds
}

function kindsOf(type: Type): ReadonlySet<Kind> | 'any' {
  if (type.kind === 'any') return 'any'
  if (type.kind !== 'union') return new Set([type.kind as Kind])
  const parts = type.of.map(kindsOf)
  return parts.includes('any') ? 'any' : new Set(parts.flatMap(part => (part === 'any' ? [] : [...part])))
}

function wanted(kinds: ReadonlySet<Kind>): string {
  const names = [...kinds]
  return names.length === 1 ? (names[0] ?? '') : `one of {${names.join(', ')}}`
}
