import { builtins } from './builtins/builtins.ts'
import { excluded } from './builtins/excluded.ts'
import { type Compiled, compileProgram, type Source } from './compile/compile.ts'
import { compileQuery } from './compile/compile-query.ts'
import { CompileFailure, EvalFailure, nowhere, type Position, type RegoError } from './errors.ts'
import { Branch, descend, type Place, settle } from './evaluate/branch.ts'
import { Budget, defaultLimits, type Limits } from './evaluate/budget.ts'
import { asLimit, type Host } from './evaluate/host.ts'
import { type Bindings, planQuery } from './evaluate/plan-query.ts'
import { Query } from './evaluate/query.ts'
import { type Edition, parseQuery } from './syntax/parse-module.ts'
import { type Json, toJson as plainJson } from './values/json.ts'
import { metered } from './values/meter.ts'
import { RegoObject, type Value } from './values/value.ts'
import { machineWorld, type World } from './world.ts'

export type { Source } from './compile/compile.ts'
export { CompileFailure, EvalFailure, formatErrors, type Position, type RegoError } from './errors.ts'
export type { Limits } from './evaluate/budget.ts'
export type { Bindings } from './evaluate/plan-query.ts'
export type { Edition } from './syntax/parse-module.ts'
export { type Json, parseJson } from './values/json.ts'
export type { Value } from './values/value.ts'
export type { World } from './world.ts'

/** A set of modules, checked and ready to evaluate. It never changes. */
export class CompiledPolicy {
  readonly #queries = new Map<string, (query: Query) => readonly Bindings[]>()

  constructor(private readonly compiled: Compiled) {}

  /** The plan of a query; the last few hundred are kept. @throws CompileFailure */
  plan(text: string): (query: Query) => readonly Bindings[] {
    const known = this.#queries.get(text)
    if (known) return known
    const plan = planQuery(this.compiled.program, compileQuery(this.compiled, parseQuery(text)))
    if (this.#queries.size > 500) this.#queries.clear()
    this.#queries.set(text, plan)
    return plan
  }

  /** The document at a path below `data`, without the cost of a query. */
  document(query: Query, path: readonly string[]): Value | undefined {
    const { program } = this.compiled
    let place: Place = new Branch(program.tree.root, query.data)
    for (const key of path) place = descend(program, query, place, key)
    return settle(program, query, place)
  }
}

export type CompileResult =
  | { readonly ok: true; readonly policy: CompiledPolicy }
  | { readonly ok: false; readonly errors: readonly RegoError[] }

/** Compiles modules. Errors are values: nothing is thrown, whatever the texts. */
export function compile(modules: readonly Source[], options: { readonly edition?: Edition } = {}): CompileResult {
  try {
    return { ok: true, policy: new CompiledPolicy(compileProgram(modules, { ...options, builtins, excluded })) }
  } catch (error) {
    if (error instanceof CompileFailure) return { ok: false, errors: error.errors }
    if (error instanceof RangeError)
      return { ok: false, errors: [{ code: 'rego_parse_error', message: 'program too large or nested too deeply', at: nowhere }] }
    throw error
  }
}

/** What an evaluation looks at, and what it may use. */
export interface Evaluation {
  readonly input?: Value
  /** The base documents, an object; immutable as long as evaluations use it. */
  readonly data?: Value
  readonly limits?: Partial<Limits>
  /** The clocks and the randomness; the machine's own unless told otherwise. */
  readonly world?: World
  /** The instant of `time.now_ns`, in nanoseconds since 1970; that of the world unless told otherwise. */
  readonly now?: bigint
  /** Builtin errors fail the evaluation; otherwise they only make the expression undefined. True unless told otherwise. */
  readonly strictBuiltinErrors?: boolean
  readonly print?: (line: string, at: Position) => void
}

/**
 * The solutions of a query, such as `data.authz.allow = x`.
 * @throws CompileFailure when the query does not compile; EvalFailure on conflicts, exhausted limits and, in strict mode, builtin errors.
 */
export function evaluate(policy: CompiledPolicy, query: string, evaluation: Evaluation = {}): readonly Bindings[] {
  return run(evaluation, policy.plan(query))
}

/**
 * The document at a path below `data`, such as `['authz', 'allow']`; undefined when its rules do not hold.
 * @throws EvalFailure as `evaluate` does.
 */
export function evaluateDocument(policy: CompiledPolicy, path: readonly string[], evaluation: Evaluation = {}): Value | undefined {
  return run(evaluation, query => policy.document(query, path))
}

function run<T>(
  { input, data = RegoObject.empty, limits, world = machineWorld, now, strictBuiltinErrors = true, print }: Evaluation,
  work: (query: Query) => T,
): T {
  let instant = now
  const host: Host = {
    budget: new Budget({ ...defaultLimits, ...limits }, world.elapsedMs),
    get now() {
      instant ??= world.now()
      return instant
    },
    uuid: world.uuid,
    memory: new Map(),
    print,
  }
  const query = new Query(input, data, host, undefined, undefined)
  try {
    const result = metered(
      () => host.budget.tick(),
      () => work(query),
    )
    const [failure] = query.failures
    if (failure && strictBuiltinErrors) throw failure
    return result
  } catch (error) {
    throw asLimit(error)
  }
}

/** Values with more parts than this have no JSON form: shared parts count each time they are seen. */
const maxJsonParts = 5_000_000

/** A result as plain JSON data. @throws EvalFailure when it is too large. */
export function toJson(value: Value): Json {
  let parts = 0
  const count = (): void => {
    if (++parts > maxJsonParts) throw new EvalFailure('eval_cancel_error', 'result too large')
  }
  return metered(count, () => plainJson(value))
}

/** Whether an error is one of the engine: anything else is a defect in it. */
export function isRegoFailure(error: unknown): error is CompileFailure | EvalFailure {
  return error instanceof CompileFailure || error instanceof EvalFailure
}
