import { BuiltinFailure, operandFailure } from '../evaluate/host.ts'
import { kindOf, orderedMembers } from '../values/compare.ts'
import { equal } from '../values/equal.ts'
import { keyOf } from '../values/key.ts'
import { lookup } from '../values/lookup.ts'
import { isObject, objectEntries, objectGet, objectOf } from '../values/object.ts'
import { setOf } from '../values/set.ts'
import { type ObjectValue, RegoSet, type Value } from '../values/value.ts'
import { builtin } from './builtin.ts'
import { segmentsOf } from './json-paths.ts'
import { any, anyObject, array } from './type.ts'

/** A patch that does not apply makes the result undefined, but for malformed ones, which are errors. */
class DoesNotApply extends Error {}

type Edit = (container: Value, key: Value) => Value

/** Applies the operations of RFC 6902, on sets too, where a member is its own key. */
function patch(document: Value, operations: readonly Value[]): Value | undefined {
  try {
    return operations.reduce(apply, document)
  } catch (error) {
    if (error instanceof DoesNotApply) return undefined
    throw error
  }
}

function apply(document: Value, operation: Value): Value {
  if (!isObject(operation)) throw operandFailure(2, 'array of objects', `array containing ${kindOf(operation)}`)
  const op = objectGet(operation, 'op')
  const path = pathOf(operation, 'path')
  switch (op) {
    case 'add':
      return add(document, path, valueIn(operation))
    case 'remove':
      return remove(document, path)
    case 'replace':
      return add(path.length === 0 ? document : remove(document, path), path, valueIn(operation))
    case 'move': {
      const from = pathOf(operation, 'from')
      return add(remove(document, from), path, find(document, from))
    }
    case 'copy':
      return add(document, path, find(document, pathOf(operation, 'from')))
    case 'test':
      if (!equal(find(document, path), valueIn(operation))) throw new DoesNotApply()
      return document
    default:
      throw new BuiltinFailure(op === undefined ? "missing 'op' attribute" : `unrecognized op: ${String(op)}`)
  }
}

function pathOf(operation: ObjectValue, name: string): readonly Value[] {
  const path = objectGet(operation, name)
  if (path === undefined) throw new BuiltinFailure(`missing '${name}' attribute`)
  return segmentsOf(path, () => operandFailure(2, 'string or array', kindOf(path)))
}

function valueIn(operation: ObjectValue): Value {
  const value = objectGet(operation, 'value')
  if (value === undefined) throw new BuiltinFailure("missing 'value' attribute")
  return value
}

function find(document: Value, path: readonly Value[]): Value {
  return path.reduce<Value>((value, key) => {
    const found = lookup(value, Array.isArray(value) ? indexOf(value, key, value.length - 1) : key)
    if (found === undefined) throw new DoesNotApply()
    return found
  }, document)
}

/** Rebuilds the way to a container and edits that. */
function edit(document: Value, path: readonly Value[], change: Edit): Value {
  const [key, ...rest] = path
  if (key === undefined) throw new DoesNotApply()
  if (rest.length === 0) return change(document, key)
  const inner = edit(find(document, [key]), rest, change)
  if (Array.isArray(document)) return (document as readonly Value[]).with(indexOf(document, key, document.length - 1), inner)
  if (document instanceof RegoSet) return setOf([...orderedMembers(document).filter(member => !equal(member, key)), inner])
  return objectOf([...objectEntries(document as ObjectValue), [key, inner]])
}

function add(document: Value, path: readonly Value[], value: Value): Value {
  if (path.length === 0) return value
  return edit(document, path, (container, key) => {
    if (Array.isArray(container))
      return (container as readonly Value[]).toSpliced(key === '-' ? container.length : indexOf(container, key, container.length), 0, value)
    if (container instanceof RegoSet) {
      if (!equal(key, value)) throw new DoesNotApply()
      return setOf([...container.values(), value])
    }
    if (!isObject(container)) throw new DoesNotApply()
    return objectOf([...objectEntries(container), [key, value]])
  })
}

function remove(document: Value, path: readonly Value[]): Value {
  return edit(document, path, (container, key) => {
    find(container, [key])
    if (Array.isArray(container)) return (container as readonly Value[]).toSpliced(indexOf(container, key, container.length - 1), 1)
    if (container instanceof RegoSet) return container.filter(member => !equal(member, key))
    return objectOf([...objectEntries(container as ObjectValue)].filter(([name]) => keyOf(name) !== keyOf(key)))
  })
}

function indexOf(_array: readonly Value[], key: Value, last: number): number {
  const index = typeof key === 'number' ? key : typeof key === 'string' && /^(0|[1-9]\d*)$/.test(key) ? Number(key) : -1
  if (!Number.isInteger(index) || index < 0 || index > last) throw new DoesNotApply()
  return index
}

/** https://www.openpolicyagent.org/docs/policy-reference/builtins/object */
export const jsonPatch = [builtin('json.patch', [any, array<Value>(anyObject)], any, patch)]
