import type { Builtin } from '../builtins/builtin.ts'
import { type Call, type Callee, calleeText, type Local, type Term } from '../compile/ir.ts'
import type { RuleNode } from '../compile/rule-tree.ts'
import { EvalFailure, type Position } from '../errors.ts'
import type { Value } from '../values/value.ts'
import type { Frame, Getter, Matcher } from './frame.ts'
import { invoke, invokeRelation } from './invoke.ts'
import { planPattern } from './plan-pattern.ts'
import { calleeKey, type Planner } from './planner.ts'
import type { Query } from './query.ts'

type TermPlan = (planner: Planner, term: Term) => Getter
type Target = (query: Query, args: readonly Value[]) => Value | undefined

/** Plans a call: of a builtin, of a function of the policy, or of what a `with` puts in its place. */
export function planCall(planner: Planner, call: Call, planTerm: TermPlan): void {
  const args = call.args.slice(0, call.arity).map(arg => planTerm(planner, arg))
  const builtin = 'builtin' in call.callee ? planner.program.builtin(call.callee.builtin) : undefined
  const result = call.args[call.arity]
  if (builtin?.isRelation) {
    planRelation(planner, builtin, args, result, call.at, planTerm)
    return
  }
  const value = callGetter(planner, call, builtin, args)
  if (!result) {
    planner.push(next => frame => isTrue(value(frame)) && next(frame))
    return
  }
  if (result.kind === 'local' && !planner.isBound(result)) {
    planResult(planner, value, result)
    return
  }
  const match = planPattern(planner, result, planTerm)
  planner.push(next => frame => {
    const found = value(frame)
    return found !== undefined && match(frame, found) && next(frame)
  })
}

function isTrue(value: Value | undefined): boolean {
  return value !== undefined && value !== false
}

function planResult(planner: Planner, value: Getter, result: Local): void {
  const slot = planner.slot(result)
  planner.bind(result)
  planner.push(next => frame => {
    const found = value(frame)
    if (found === undefined) return false
    frame.slots[slot] = found
    return next(frame)
  })
}

function callGetter(planner: Planner, call: Call, builtin: Builtin | undefined, args: readonly Getter[]): Getter {
  const direct = builtin ? builtinGetter(builtin, args, call.at) : functionGetter(planner, call.callee, args, call.at)
  const name = calleeKey(call.callee)
  const mocked = mockGetter(planner, name, args, call.at)
  return frame => (frame.query.mocks?.has(name) ? mocked(frame) : direct(frame))
}

function builtinGetter(builtin: Builtin, args: readonly Getter[], at: Position): Getter {
  return frame => {
    const values = gather(frame, args)
    return values && invoke(builtin, values, frame.query, at)
  }
}

function functionGetter(planner: Planner, callee: Callee, args: readonly Getter[], at: Position): Getter {
  const target = targetOf(planner, callee, at)
  return frame => {
    const values = gather(frame, args)
    return values && target(frame.query, values)
  }
}

function mockGetter(planner: Planner, name: string, args: readonly Getter[], at: Position): Getter {
  return frame => {
    const mock = frame.query.mocks?.get(name)
    const values = gather(frame, args)
    if (!mock || !values) return undefined
    if ('value' in mock) return mock.value
    return targetOf(planner, mock.callee, at)(frame.query.without(name), values)
  }
}

function targetOf({ program }: Planner, callee: Callee, at: Position): Target {
  if ('builtin' in callee) {
    const builtin = program.builtin(callee.builtin)
    return (query, args) => builtin && invoke(builtin, args, query, at)
  }
  const node: RuleNode | undefined = program.tree.find(callee.path)
  if (!node) throw new EvalFailure('eval_internal_error', `undefined function ${calleeText(callee)}`, at)
  return (query, args) => program.call(query, node, args)
}

function gather(frame: Frame, args: readonly Getter[]): readonly Value[] | undefined {
  const values = new Array<Value>(args.length)
  for (let i = 0; i < args.length; i++) {
    const value = (args[i] as Getter)(frame)
    if (value === undefined) return undefined
    values[i] = value
  }
  return values
}

function planRelation(
  planner: Planner,
  builtin: Builtin,
  args: readonly Getter[],
  result: Term | undefined,
  at: Position,
  planTerm: TermPlan,
): void {
  const match: Matcher = result ? planPattern(planner, result, planTerm) : () => true
  planner.push(next => frame => {
    const values = gather(frame, args)
    if (!values) return false
    for (const item of invokeRelation(builtin, values, frame.query, at)) {
      frame.query.host.budget.tick()
      if (match(frame, item) && next(frame)) return true
    }
    return false
  })
}
