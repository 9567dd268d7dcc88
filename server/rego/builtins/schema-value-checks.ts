import { type Kind, kindOf } from '../values/compare.ts'
import { compareNumbers, decimalOf, isInteger } from '../values/decimal.ts'
import { equal } from '../values/equal.ts'
import { objectGet, objectSize } from '../values/object.ts'
import { setOf } from '../values/set.ts'
import type { Num, ObjectValue, Value } from '../values/value.ts'
import { compilePattern } from './regex.ts'
import { type Check, none, only, violation } from './schema-check.ts'

function typeOf(value: Value): string {
  return kindOf(value) === 'number' && isInteger(value as Num) ? 'integer' : kindOf(value)
}

const checkType: Check = (rule, value, _schema, context) => {
  const wanted = (Array.isArray(rule) ? rule : [rule]) as readonly Value[]
  const own = typeOf(value)
  if (wanted.includes(own) || (own === 'integer' && wanted.includes('number'))) return none
  return violation(context, 'invalid_type', `Invalid type. Expected: ${wanted.join('/')}, given: ${own}`)
}

function bound(type: string, words: string, fails: (order: number) => boolean): Check {
  return only('number', (rule, value, _schema, context) =>
    typeof rule !== 'boolean' && fails(compareNumbers(value as Num, rule as Num))
      ? violation(context, type, `Must be ${words} ${String(rule)}`)
      : none,
  )
}

function size(kind: Kind, type: string, fails: (size: number, limit: number) => boolean, words: (limit: number) => string): Check {
  return only(kind, (rule, value, _schema, context) =>
    fails(sizeOf(value), Number(rule)) ? violation(context, type, words(Number(rule))) : none,
  )
}

function sizeOf(value: Value): number {
  return typeof value === 'string' ? [...value].length : Array.isArray(value) ? value.length : objectSize(value as ObjectValue)
}

const checkRequired: Check = only('object', (rule, value, _schema, context) =>
  (Array.isArray(rule) ? (rule as readonly Value[]) : []).flatMap(name =>
    objectGet(value as ObjectValue, name) === undefined ? violation(context, 'required', `${String(name)} is required`) : none,
  ),
)

const checkUnique: Check = only('array', (rule, value, _schema, context) => {
  const items = value as readonly Value[]
  return rule === true && setOf(items).size < items.length ? violation(context, 'unique', 'array items must be unique') : none
})

const checkMultiple: Check = only('number', (rule, value, _schema, context) => {
  const [a, b] = [decimalOf(value as Num), decimalOf(rule as Num)]
  const shift = Math.min(a.exponent, b.exponent)
  const scale = (decimal: typeof a): bigint => decimal.coefficient * 10n ** BigInt(decimal.exponent - shift)
  return scale(b) !== 0n && scale(a) % scale(b) === 0n ? none : violation(context, 'multiple_of', `Must be a multiple of ${String(rule)}`)
})

/** Keywords that look at a value itself, in the order in which their violations are told. */
export const valueChecks: Readonly<Record<string, Check>> = {
  type: checkType,
  enum: (rule, value, _schema, context) =>
    (rule as readonly Value[]).some(item => equal(item, value))
      ? none
      : violation(
          context,
          'enum',
          `${context.field || '(root)'} must be one of the following: ${(rule as readonly Value[]).map(item => JSON.stringify(item)).join(', ')}`,
        ),
  const: (rule, value, _schema, context) =>
    equal(rule, value) ? none : violation(context, 'const', `${context.field || '(root)'} does not match: ${JSON.stringify(rule)}`),
  minimum: bound('number_gte', 'greater than or equal to', order => order < 0),
  maximum: bound('number_lte', 'less than or equal to', order => order > 0),
  exclusiveMinimum: bound('number_gt', 'greater than', order => order <= 0),
  exclusiveMaximum: bound('number_lt', 'less than', order => order >= 0),
  multipleOf: checkMultiple,
  minLength: size(
    'string',
    'string_gte',
    (own, limit) => own < limit,
    limit => `String length must be greater than or equal to ${limit}`,
  ),
  maxLength: size(
    'string',
    'string_lte',
    (own, limit) => own > limit,
    limit => `String length must be less than or equal to ${limit}`,
  ),
  pattern: only('string', (rule, value, _schema, context) =>
    compilePattern(String(rule))
      .matcher(value as string)
      .find()
      ? none
      : violation(context, 'pattern', `Does not match pattern '${String(rule)}'`),
  ),
  minItems: size(
    'array',
    'array_min_items',
    (own, limit) => own < limit,
    limit => `Array must have at least ${limit} items`,
  ),
  maxItems: size(
    'array',
    'array_max_items',
    (own, limit) => own > limit,
    limit => `Array must have at most ${limit} items`,
  ),
  uniqueItems: checkUnique,
}

/** Keywords that look at the keys of an object. */
export const keyChecks: Readonly<Record<string, Check>> = {
  minProperties: size(
    'object',
    'array_min_properties',
    (own, limit) => own < limit,
    limit => `Must have at least ${limit} properties`,
  ),
  maxProperties: size(
    'object',
    'array_max_properties',
    (own, limit) => own > limit,
    limit => `Must have at most ${limit} properties`,
  ),
  required: checkRequired,
}
