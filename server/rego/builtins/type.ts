import type { Num, ObjectValue, RegoSet, Value } from '../values/value.ts'

/**
 * Types of the language as OPA's checker knows them. The parameter is the TypeScript type of the values, so that the row of a
 * builtin fixes the types of the function beside it.
 */
export type Type<V extends Value = Value> = (
  | { readonly kind: 'null' | 'boolean' | 'number' | 'string' }
  | { readonly kind: 'any' }
  | { readonly kind: 'union'; readonly of: readonly Type[] }
  | { readonly kind: 'array'; readonly items: readonly Type[]; readonly rest?: Type }
  | { readonly kind: 'set'; readonly of: Type }
  | { readonly kind: 'object'; readonly fields: readonly Field[]; readonly rest?: readonly [key: Type, value: Type] }
  | { readonly kind: 'function'; readonly args: readonly Type[]; readonly result: Type }
) & { readonly values?: V }

export interface Field {
  readonly key: Value
  readonly type: Type
}

export const nothing: Type<null> = { kind: 'null' }
export const boolean: Type<boolean> = { kind: 'boolean' }
export const number: Type<Num> = { kind: 'number' }
export const string: Type<string> = { kind: 'string' }
export const any: Type<Value> = { kind: 'any' }

export function array<V extends Value>(of: Type<V>): Type<readonly V[]> {
  return { kind: 'array', items: [], rest: of }
}

export function tuple(...items: readonly Type[]): Type<readonly Value[]> {
  return { kind: 'array', items }
}

export function set(of: Type): Type<RegoSet> {
  return { kind: 'set', of }
}

export function object(key: Type, value: Type, fields: readonly Field[] = []): Type<ObjectValue> {
  return { kind: 'object', fields, rest: [key, value] }
}

export function union<T extends readonly Type[]>(...of: T): Type<NonNullable<T[number]['values']>> {
  return { kind: 'union', of }
}

export const anyArray = array(any)
export const anySet = set(any)
export const anyObject = object(any, any)
