import type { Rule, Term } from '../compile/ir.ts'
import { EvalFailure } from '../errors.ts'
import { equal } from '../values/equal.ts'
import type { Value } from '../values/value.ts'
import type { Builder } from './builder.ts'
import { Frame, type Getter, type Matcher, type Step } from './frame.ts'
import { planBody } from './plan-body.ts'
import { planPattern } from './plan-pattern.ts'
import { planTerm } from './plan-term.ts'
import { Planner, type Program } from './planner.ts'
import type { Query } from './query.ts'

/** A rule ready to run. */
export interface PlannedRule {
  readonly rule: Rule
  /** The value of a complete rule or a function, undefined when no body of the chain holds. */
  value(query: Query, args: readonly Value[]): Value | undefined
  /** Adds what a partial rule defines. */
  collect(query: Query, into: Builder): void
}

/** Compiles a rule to closures. */
export function planRule(program: Program, rule: Rule): PlannedRule {
  const planner = new Planner(program, planBody)
  const matchers = (rule.args ?? []).map(arg => planPattern(planner, arg, planTerm))
  const isPartial = rule.suffix.length > 0 || rule.kind === 'member'
  const steps = planner.aside(
    () => planner.body(rule.body),
    () => (isPartial ? collectStep(planner, rule) : valueStep(planner, rule)),
  )
  const otherwise = rule.else && planRule(program, rule.else)
  const { size } = planner
  return {
    rule,
    value(query, args) {
      const frame = new Frame(query, size)
      if (bindArguments(frame, matchers, args)) steps(frame)
      return frame.result === undefined ? otherwise?.value(query, args) : frame.result
    },
    collect(query, into) {
      const frame = new Frame(query, size)
      frame.builder = into
      steps(frame)
    },
  }
}

function bindArguments(frame: Frame, matchers: readonly Matcher[], args: readonly Value[]): boolean {
  for (let i = 0; i < matchers.length; i++) if (!(matchers[i] as Matcher)(frame, args[i] as Value)) return false
  return true
}

/** One value for all solutions; a constant needs only the first. */
function valueStep(planner: Planner, rule: Rule): Step {
  const value = planTerm(planner, rule.value)
  const isConstant = rule.value.kind === 'const'
  return frame => {
    const found = value(frame)
    if (found === undefined) return false
    if (frame.result === undefined) frame.result = found
    else if (!equal(frame.result, found)) throw conflict(rule)
    return isConstant
  }
}

export function conflict(rule: Rule): EvalFailure {
  return new EvalFailure(
    'eval_conflict_error',
    rule.args ? 'functions must not produce multiple outputs for same inputs' : 'complete rules must not produce multiple outputs',
    rule.at,
  )
}

function collectStep(planner: Planner, rule: Rule): Step {
  const keys = rule.suffix.map((key: Term) => planTerm(planner, key))
  const value = planTerm(planner, rule.value)
  return frame => {
    const path = gatherKeys(frame, keys)
    const found = value(frame)
    if (!path || found === undefined || !frame.builder) return false
    frame.query.host.budget.charge(64)
    if (rule.kind === 'member') frame.builder.add(path, found, rule.at)
    else frame.builder.put(path, found, rule.at)
    return false
  }
}

function gatherKeys(frame: Frame, keys: readonly Getter[]): readonly Value[] | undefined {
  const path: Value[] = []
  for (const key of keys) {
    const value = key(frame)
    if (value === undefined) return undefined
    path.push(value)
  }
  return path
}
