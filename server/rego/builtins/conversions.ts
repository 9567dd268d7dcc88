import { BuiltinFailure, operandFailure } from '../evaluate/host.ts'
import { type Kind, kindOf } from '../values/compare.ts'
import { parseNumber } from '../values/decimal.ts'
import { setOf } from '../values/set.ts'
import { type Num, type ObjectValue, RegoSet, type Value } from '../values/value.ts'
import { elements } from './aggregates.ts'
import { type Builtin, builtin, deprecated } from './builtin.ts'
import { any, anyArray, anyObject, anySet, boolean, nothing, number, string, type Type, union } from './type.ts'

function test(kind: Kind): Builtin {
  return builtin(`is_${kind}`, [any], boolean, value => kindOf(value) === kind)
}

function toNumber(value: Value): Num {
  if (value === null || value === false) return 0
  if (value === true) return 1
  if (typeof value !== 'string') return value as Num
  const parsed = parseNumber(
    value
      .replace(/^\+/, '')
      .replace(/^(-?)\./, '$10.')
      .replace(/^(-?)0+(?=\d)/, '$1')
      .replace(/\.(?=$|[eE])/, ''),
  )
  if (/^[+-]?(?:inf|infinity|nan)$/i.test(value)) throw new BuiltinFailure(`operand 1 must be valid JSON number`, 'eval_type_error')
  if (parsed === undefined || value.startsWith('+-')) throw new BuiltinFailure('invalid syntax')
  return parsed
}

/** A cast that only lets one kind pass. */
function cast<V extends Value>(name: string, kind: Kind, result: Type<V>): Builtin {
  return deprecated(
    builtin(name, [any], result as Type, value => {
      if (kindOf(value) !== kind) throw operandFailure(1, kind, kindOf(value))
      return value
    }),
  )
}

function castCollection(value: Value, position: number, wanted: string): readonly Value[] {
  if (!Array.isArray(value) && !(value instanceof RegoSet)) throw operandFailure(position, wanted, kindOf(value))
  return elements(value as readonly Value[] | RegoSet)
}

/** https://www.openpolicyagent.org/docs/policy-reference/builtins/types and …/conversions */
export const conversions = [
  ...(['null', 'boolean', 'number', 'string', 'array', 'object', 'set'] as const).map(test),
  builtin('type_name', [any], string, kindOf),
  builtin('to_number', [union(nothing, boolean, number, string)], number, toNumber),
  deprecated(builtin('cast_array', [any], anyArray, value => castCollection(value, 1, 'one of {array, set}'))),
  deprecated(builtin('cast_set', [any], anySet, value => setOf(castCollection(value, 1, 'one of {array, set}')))),
  cast<string>('cast_string', 'string', string),
  cast<boolean>('cast_boolean', 'boolean', boolean),
  cast<null>('cast_null', 'null', nothing),
  cast<ObjectValue>('cast_object', 'object', anyObject),
]
