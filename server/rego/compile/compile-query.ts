import { CompileFailure, nowhere, type RegoError } from '../errors.ts'
import type { Body } from '../syntax/ast.ts'
import { RegoObject } from '../values/value.ts'
import { checkWiths } from './check-withs.ts'
import type { Compiled } from './compile.ts'
import type { Local, Body as LoweredBody, Rule } from './ir.ts'
import { Lowering, type StageErrors } from './lower.ts'
import { globalNames } from './names.ts'
import { orderBody } from './safety.ts'
import { visitStatement } from './vars.ts'

/** A query ready to plan: its statements, and the variables that a result binds. */
export interface CompiledQuery {
  readonly body: LoweredBody
  readonly names: readonly Local[]
}

/** Resolves, checks and orders a query. @throws CompileFailure */
export function compileQuery(compiled: Compiled, query: Body): CompiledQuery {
  const errors: StageErrors = { rewrite: [], functions: [] }
  const globals = globalNames({ file: 'query', package: [], imports: [], rules: [], comments: [], at: nowhere }, [])
  const lowering = new Lowering(globals, compiled.signatures, errors, () => ({ chain: [], rule: RegoObject.empty }))
  const lowered = lowering.body(query, undefined, false)
  const rule: Rule = {
    path: [],
    suffix: [],
    kind: 'value',
    isDefault: false,
    value: { kind: 'const', value: true, at: nowhere },
    body: lowered,
    name: 'query',
    at: nowhere,
  }
  fail(errors.rewrite)
  fail(checkWiths(rule, compiled.program.tree))
  fail(errors.functions)
  const unsafe: RegoError[] = []
  const body = orderBody(lowered, new Set(), unsafe)
  fail(unsafe)
  return { body, names: visibleNames(body) }
}

function fail(errors: readonly RegoError[]): void {
  if (errors.length > 0) throw new CompileFailure(errors)
}

/** The variables that the source of the query names. */
function visibleNames(body: LoweredBody): readonly Local[] {
  const names = new Map<string, Local>()
  for (const statement of body) visitStatement(statement, { inert: true }, local => local.shown !== '_' && names.set(local.name, local))
  return [...names.values()]
}
