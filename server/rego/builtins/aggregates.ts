import { operandFailure } from '../evaluate/host.ts'
import { compare, kindOf, orderedMembers } from '../values/compare.ts'
import { objectSize } from '../values/object.ts'
import { type Num, type ObjectValue, RegoSet, type Value } from '../values/value.ts'
import { plus, times } from './arithmetic.ts'
import { builtin, deprecated } from './builtin.ts'
import { any, anyArray, anyObject, anySet, array, boolean, number, set, string, union } from './type.ts'

const collection = union(anyArray, anySet)
const numbers = union(array(number), set(number))

/** The elements of an array, or the members of a set in order. */
export function elements(values: readonly Value[] | RegoSet): readonly Value[] {
  return values instanceof RegoSet ? orderedMembers(values) : values
}

function count(value: Value): number {
  if (typeof value === 'string') return codePoints(value)
  if (Array.isArray(value)) return value.length
  return value instanceof RegoSet ? value.size : objectSize(value as ObjectValue)
}

function codePoints(text: string): number {
  let length = 0
  for (const _ of text) length++
  return length
}

function fold(values: readonly Value[] | RegoSet, start: Num, operate: (a: Num, b: Num) => Num): Num {
  const items = elements(values)
  return items.reduce<Num>((total, item) => {
    if (kindOf(item) !== 'number')
      throw operandFailure(
        1,
        `${values instanceof RegoSet ? 'set' : 'array'} of numbers`,
        `${values instanceof RegoSet ? 'set' : 'array'} containing ${kindOf(item)}`,
      )
    return operate(total, item as Num)
  }, start)
}

function extreme(values: readonly Value[] | RegoSet, sign: 1 | -1): Value | undefined {
  let best: Value | undefined
  for (const item of elements(values)) if (best === undefined || compare(item, best) * sign > 0) best = item
  return best
}

/** https://www.openpolicyagent.org/docs/policy-reference/builtins/aggregates */
export const aggregates = [
  builtin('count', [union(anyArray, anyObject, anySet, string)], number, count),
  builtin('sum', [numbers], number, values => fold(values, 0, plus)),
  builtin('product', [numbers], number, values => fold(values, 1, times)),
  builtin('max', [collection], any, values => extreme(values, 1)),
  builtin('min', [collection], any, values => extreme(values, -1)),
  builtin('sort', [collection], anyArray, values => [...elements(values)].sort(compare)),
  deprecated(builtin('any', [collection], boolean, values => elements(values).some(item => item === true))),
  deprecated(builtin('all', [collection], boolean, values => elements(values).every(item => item === true))),
]
