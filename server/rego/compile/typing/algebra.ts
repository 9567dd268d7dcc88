import { any, type Field, number, type Type } from '../../builtins/type.ts'
import { kindOf, orderedEntries, orderedMembers } from '../../values/compare.ts'
import { equal } from '../../values/equal.ts'
import type { ObjectValue, RegoSet, Value } from '../../values/value.ts'

/** The type of a constant, as precise as it gets. */
export function typeOfValue(value: Value): Type {
  const kind = kindOf(value)
  switch (kind) {
    case 'array':
      return { kind: 'array', items: (value as readonly Value[]).map(typeOfValue) }
    case 'set':
      return { kind: 'set', of: either(orderedMembers(value as RegoSet).map(typeOfValue)) ?? any }
    case 'object':
      return objectType(orderedEntries(value as ObjectValue).map(([key, item]) => ({ key, type: typeOfValue(item) })))
    default:
      return { kind }
  }
}

/** An object with just these fields; one without any may have all. */
export function objectType(fields: readonly Field[], rest?: readonly [Type, Type]): Type {
  if (rest) return { kind: 'object', fields, rest }
  return fields.length === 0 ? { kind: 'object', fields, rest: [any, any] } : { kind: 'object', fields }
}

/** Types with more parts than this are not worth knowing; they share parts, so that their texts could have no end. */
const maxParts = 500

const partCounts = new WeakMap<Type, number>()

function parts(type: Type): number {
  const known = partCounts.get(type)
  if (known !== undefined) return known
  const inner = innerTypes(type).reduce((total, part) => total + parts(part), 1)
  partCounts.set(type, inner)
  return inner
}

function innerTypes(type: Type): readonly Type[] {
  switch (type.kind) {
    case 'union':
      return type.of
    case 'array':
      return type.rest ? [...type.items, type.rest] : type.items
    case 'set':
      return [type.of]
    case 'object':
      return [...type.fields.map(field => field.type), ...(type.rest ?? [])]
    case 'function':
      return [...type.args, type.result]
    default:
      return []
  }
}

/** The type, or `any` in its place when it has grown too large. */
export function bounded(type: Type): Type {
  return parts(type) > maxParts ? any : type
}

/** What is one of several types; undefined when there is none to choose from. */
export function either(types: readonly Type[]): Type | undefined {
  const flat = types.flatMap(type => (type.kind === 'union' ? type.of : [type]))
  if (flat.some(type => type.kind === 'any')) return any
  const distinct = new Map(flat.map(type => [typeText(type), type]))
  const [first, ...more] = distinct.values()
  return more.length === 0 ? first : { kind: 'union', of: [...distinct.values()] }
}

/** The type as OPA prints it. */
export function typeText(type: Type | undefined): string {
  if (!type) return '???'
  switch (type.kind) {
    case 'union':
      return `any<${type.of.map(typeText).sort().join(', ')}>`
    case 'array':
      return `array${type.items.length > 0 ? `<${type.items.map(typeText).join(', ')}>` : ''}${type.rest ? `[${typeText(type.rest)}]` : ''}`
    case 'set':
      return `set[${typeText(type.of)}]`
    case 'object': {
      const fields = type.fields.map(({ key, type: of }) => `${typeof key === 'string' ? key : JSON.stringify(key)}: ${typeText(of)}`)
      return `object${fields.length > 0 ? `<${fields.join(', ')}>` : ''}${type.rest ? `[${typeText(type.rest[0])}: ${typeText(type.rest[1])}]` : ''}`
    }
    case 'function':
      return `(${type.args.map(typeText).join(', ')}) => ${typeText(type.result)}`
    default:
      return type.kind
  }
}

/** Whether some value is of both types. */
export function unifies(a: Type | undefined, b: Type | undefined): boolean {
  if (!a || !b) return false
  if (a.kind === 'any') return b.kind !== 'function'
  if (b.kind === 'any') return a.kind !== 'function'
  if (a.kind === 'union') return a.of.some(type => unifies(type, b))
  if (b.kind === 'union') return b.of.some(type => unifies(a, type))
  if (a.kind === 'array' && b.kind === 'array') {
    return coversItems(a, b) && coversItems(b, a) && (!a.rest || !b.rest || unifies(a.rest, b.rest))
  }
  if (a.kind === 'object' && b.kind === 'object') {
    return coversFields(a, b) && coversFields(b, a) && (!a.rest || !b.rest || unifies(a.rest[1], b.rest[1]))
  }
  if (a.kind === 'set' && b.kind === 'set') return unifies(a.of, b.of)
  if (a.kind === 'function' && b.kind === 'function')
    return a.args.length === b.args.length && a.args.every((arg, i) => unifies(arg, b.args[i]))
  return a.kind === b.kind
}

function coversItems(a: Type & { kind: 'array' }, b: Type & { kind: 'array' }): boolean {
  return a.items.every((item, i) => unifies(item, b.items[i] ?? b.rest))
}

function coversFields(a: Type & { kind: 'object' }, b: Type & { kind: 'object' }): boolean {
  return a.fields.every(({ key, type }) => unifies(type, select(b, key)))
}

/** Whether a type is another, or one of several. */
function contains(type: Type, part: Type): boolean {
  if (type.kind === 'any') return true
  return type.kind === 'union' ? type.of.some(item => contains(item, part)) : typeText(type) === typeText(part)
}

/** The type of what a key leads to; undefined when it leads nowhere. */
export function select(type: Type, key: Value): Type | undefined {
  switch (type.kind) {
    case 'any':
      return any
    case 'union':
      return either(type.of.flatMap(part => select(part, key) ?? []))
    case 'array':
      return typeof key === 'number' ? (type.items[key] ?? type.rest) : undefined
    case 'set':
      return contains(type.of, typeOfValue(key)) ? typeOfValue(key) : undefined
    case 'object':
      return (
        type.fields.find(field => equal(field.key, key))?.type ??
        (type.rest && contains(type.rest[0], typeOfValue(key)) ? type.rest[1] : undefined)
      )
    default:
      return undefined
  }
}

/** The type of the keys of a collection; undefined when it is none. */
export function keysOf(type: Type): Type | undefined {
  switch (type.kind) {
    case 'any':
      return any
    case 'union':
      return either(type.of.flatMap(part => keysOf(part) ?? []))
    case 'array':
      return number
    case 'set':
      return type.of
    case 'object':
      return either([...type.fields.map(field => typeOfValue(field.key)), ...(type.rest ? [type.rest[0]] : [])])
    default:
      return undefined
  }
}

/** The type of the elements of a collection. */
export function valuesOf(type: Type): Type | undefined {
  switch (type.kind) {
    case 'any':
      return any
    case 'union':
      return either(type.of.flatMap(part => valuesOf(part) ?? []))
    case 'array':
      return either([...type.items, ...(type.rest ? [type.rest] : [])]) ?? any
    case 'set':
      return type.of
    case 'object':
      return either([...type.fields.map(field => field.type), ...(type.rest ? [type.rest[1]] : [])])
    default:
      return undefined
  }
}
