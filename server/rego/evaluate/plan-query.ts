import type { CompiledQuery } from '../compile/compile-query.ts'
import type { Value } from '../values/value.ts'
import { Frame } from './frame.ts'
import { planBody } from './plan-body.ts'
import { Planner, type Program } from './planner.ts'
import type { Query } from './query.ts'

/** One solution of a query: the values of its variables by name. */
export type Bindings = ReadonlyMap<string, Value>

/** Compiles a query to closures; running it yields its solutions. */
export function planQuery(program: Program, { body, names }: CompiledQuery): (query: Query) => readonly Bindings[] {
  const planner = new Planner(program, planBody)
  const slots = names.map(name => [name.shown, planner.slot(name)] as const)
  const found = planner.temporary()
  const steps = planner.aside(
    () => planner.body(body),
    () => frame => {
      const solutions = frame.slots[found] as Bindings[]
      solutions.push(new Map(slots.map(([name, slot]) => [name, frame.slots[slot] as Value])))
      frame.query.host.budget.charge(64)
      return false
    },
  )
  return query => {
    const frame = new Frame(query, planner.size)
    const solutions: Bindings[] = []
    frame.slots[found] = solutions
    steps(frame)
    return solutions
  }
}
