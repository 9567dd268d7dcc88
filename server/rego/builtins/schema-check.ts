import type { Host } from '../evaluate/host.ts'
import { type Kind, kindOf } from '../values/compare.ts'
import type { ObjectValue, Value } from '../values/value.ts'

/** One violation, as gojsonschema words it. */
export interface Violation {
  readonly field: string
  readonly type: string
  readonly desc: string
}

/** Where a check stands: the whole schema, and the path to the value. */
export interface Context {
  readonly root: Value
  readonly host: Host
  readonly field: string
}

/** Checks a value by one keyword: `rule` is what the keyword says. */
export type Check = (rule: Value, value: Value, schema: ObjectValue, context: Context) => readonly Violation[]

export const none: readonly Violation[] = []

export function violation({ field }: Context, type: string, desc: string): readonly Violation[] {
  return [{ field: field === '' ? '(root)' : field, type, desc }]
}

export function below(context: Context, key: string | number): Context {
  return { ...context, field: context.field === '' ? String(key) : `${context.field}.${key}` }
}

/** A check for one kind of value; others pass. */
export function only(kind: Kind, check: Check): Check {
  return (rule, value, schema, context) => (kindOf(value) === kind ? check(rule, value, schema, context) : none)
}
