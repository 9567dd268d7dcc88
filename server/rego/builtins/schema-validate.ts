import { BuiltinFailure } from '../evaluate/host.ts'
import { orderedEntries } from '../values/compare.ts'
import { isObject, objectEntries, objectGet } from '../values/object.ts'
import type { ObjectValue, Value } from '../values/value.ts'
import { compilePattern } from './regex.ts'
import { below, type Check, type Context, none, only, type Violation, violation } from './schema-check.ts'
import { keyChecks, valueChecks } from './schema-value-checks.ts'

/** Checks a value against a schema of drafts 4 to 7 (https://json-schema.org); `$ref` reaches inside the schema only. */
export function validate(schema: Value, value: Value, context: Context): readonly Violation[] {
  context.host.budget.tick()
  if (schema === true) return none
  if (schema === false) return violation(context, 'false', 'False always fails validation')
  if (!isObject(schema)) throw new BuiltinFailure('schema must be an object or a boolean')
  const reference = objectGet(schema, '$ref')
  if (typeof reference === 'string') return validate(resolve(reference, context.root), value, context)
  return Object.entries(checks).flatMap(([keyword, check]) => {
    const rule = objectGet(schema, keyword)
    return rule === undefined ? none : check(rule, value, schema, context)
  })
}

function resolve(reference: string, root: Value): Value {
  if (!reference.startsWith('#')) throw new BuiltinFailure(`unsupported reference ${reference}`)
  const keys = reference
    .slice(1)
    .split('/')
    .slice(1)
    .map(key => decodeURIComponent(key).replaceAll('~1', '/').replaceAll('~0', '~'))
  const found = keys.reduce<Value | undefined>(
    (place, key) => (Array.isArray(place) ? (place[Number(key)] as Value) : isObject(place) ? objectGet(place, key) : undefined),
    root,
  )
  if (found === undefined) throw new BuiltinFailure(`Object has no key '${keys.at(-1) ?? ''}'`)
  return found
}

const checkProperties: Check = only('object', (rule, value, _schema, context) =>
  orderedEntries(rule as ObjectValue).flatMap(([key, schema]) => {
    const item = objectGet(value as ObjectValue, key)
    return item === undefined ? none : validate(schema, item, below(context, String(key)))
  }),
)

const checkPatternProperties: Check = only('object', (rule, value, _schema, context) =>
  orderedEntries(rule as ObjectValue).flatMap(([pattern, schema]) =>
    [...objectEntries(value as ObjectValue)].flatMap(([key, item]) =>
      compilePattern(String(pattern)).matcher(String(key)).find() ? validate(schema, item, below(context, String(key))) : none,
    ),
  ),
)

const checkAdditionalProperties: Check = only('object', (rule, value, schema, context) => {
  const named = objectGet(schema, 'properties')
  const patterns = objectGet(schema, 'patternProperties')
  const isKnown = (key: Value): boolean =>
    (isObject(named) && objectGet(named, key) !== undefined) ||
    (isObject(patterns) && [...objectEntries(patterns)].some(([pattern]) => compilePattern(String(pattern)).matcher(String(key)).find()))
  return orderedEntries(value as ObjectValue).flatMap(([key, item]) => {
    if (isKnown(key)) return none
    if (rule === false) return violation(context, 'additional_property_not_allowed', `Additional property ${String(key)} is not allowed`)
    return validate(rule, item, below(context, String(key)))
  })
})

const checkItems: Check = only('array', (rule, value, schema, context) => {
  const rest = objectGet(schema, 'additionalItems')
  return (value as readonly Value[]).flatMap((item, i) => {
    const own = Array.isArray(rule) ? ((rule as readonly Value[])[i] ?? rest) : rule
    return own === undefined
      ? none
      : own === false
        ? violation(context, 'array_no_additional_items', 'No additional items allowed on array')
        : validate(own, item, below(context, i))
  })
})

function passing(rule: Value, value: Value, context: Context): number {
  return (rule as readonly Value[]).filter(schema => validate(schema, value, context).length === 0).length
}

const checks: Readonly<Record<string, Check>> = {
  ...valueChecks,
  items: checkItems,
  contains: only('array', (rule, value, _schema, context) =>
    (value as readonly Value[]).some(item => validate(rule, item, context).length === 0)
      ? none
      : violation(context, 'contains', 'At least one of the items must match'),
  ),
  ...keyChecks,
  properties: checkProperties,
  patternProperties: checkPatternProperties,
  additionalProperties: checkAdditionalProperties,
  propertyNames: only('object', (rule, value, _schema, context) =>
    orderedEntries(value as ObjectValue).flatMap(([key]) => validate(rule, key, context)),
  ),
  allOf: (rule, value, _schema, context) => (rule as readonly Value[]).flatMap(schema => validate(schema, value, context)),
  anyOf: (rule, value, _schema, context) =>
    passing(rule, value, context) > 0 ? none : violation(context, 'number_any_of', 'Must validate at least one schema (anyOf)'),
  oneOf: (rule, value, _schema, context) =>
    passing(rule, value, context) === 1 ? none : violation(context, 'number_one_of', 'Must validate one and only one schema (oneOf)'),
  not: (rule, value, _schema, context) =>
    validate(rule, value, context).length > 0 ? none : violation(context, 'number_not', 'Must not validate the schema (not)'),
}
