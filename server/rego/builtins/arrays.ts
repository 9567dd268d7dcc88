import type { Host } from '../evaluate/host.ts'
import type { Num, Value } from '../values/value.ts'
import { builtin } from './builtin.ts'
import { smallOperand } from './integer.ts'
import { any, anyArray, array, number } from './type.ts'

function slice(values: readonly Value[], start: Num, stop: Num): readonly Value[] {
  const from = Math.max(0, smallOperand(start, 2))
  const to = Math.min(values.length, smallOperand(stop, 3))
  return from >= to ? [] : values.slice(from, to)
}

function concat(a: readonly Value[], b: readonly Value[], host: Host): readonly Value[] {
  host.budget.charge(8 * (a.length + b.length))
  return [...a, ...b]
}

/** https://www.openpolicyagent.org/docs/policy-reference/builtins/array */
export const arrays = [
  builtin('array.concat', [anyArray, anyArray], anyArray, concat),
  builtin('array.slice', [anyArray, number, number], anyArray, slice),
  builtin('array.reverse', [anyArray], anyArray, values => [...values].reverse()),
  builtin('array.flatten', [array(any)], anyArray, values =>
    values.flatMap(item => (Array.isArray(item) ? (item as readonly Value[]) : [item])),
  ),
]
