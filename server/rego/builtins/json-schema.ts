import { BuiltinFailure, type Host } from '../evaluate/host.ts'
import { parseJson, record } from '../values/json.ts'
import { isObject, objectEntries, objectGet } from '../values/object.ts'
import type { Value } from '../values/value.ts'
import { builtin } from './builtin.ts'
import { validate } from './schema-validate.ts'
import { anyObject, array, boolean, nothing, string, tuple, union } from './type.ts'

function document(operand: Value): Value {
  if (typeof operand !== 'string') return operand
  try {
    return parseJson(operand)
  } catch (error) {
    throw new BuiltinFailure(error instanceof Error ? error.message : 'invalid JSON')
  }
}

function match(given: Value, schema: Value, host: Host): readonly Value[] {
  const root = document(schema)
  const problem = schemaProblem(root)
  if (problem) throw new BuiltinFailure(problem)
  const found = validate(root, document(given), { root, host, field: '' })
  return [found.length === 0, found.map(({ field, type, desc }) => record({ field, type, desc, error: `${field}: ${desc}` }))]
}

const typeNames: ReadonlySet<Value> = new Set<Value>(['array', 'boolean', 'integer', 'null', 'number', 'object', 'string'])

/** What is wrong with a schema, undefined when nothing is. */
function schemaProblem(schema: Value): string | undefined {
  if (typeof schema === 'boolean') return undefined
  if (!isObject(schema)) return 'jsonschema: schema is invalid'
  const type = objectGet(schema, 'type')
  const names = type === undefined ? [] : ((Array.isArray(type) ? type : [type]) as readonly Value[])
  if (!names.every(name => typeNames.has(name)))
    return `has a primitive type that is NOT VALID -- given: /${names.join(',')}/ Expected valid values are:[array boolean integer number null object string]`
  const properties = objectGet(schema, 'properties')
  if (properties === undefined) return undefined
  if (!isObject(properties)) return 'Invalid type. Expected: valid schema, given: properties'
  return [...objectEntries(properties)].map(([, item]) => schemaProblem(item)).find(problem => problem !== undefined)
}

function verify(schema: Value): readonly Value[] {
  try {
    const problem = schemaProblem(document(schema))
    return [problem === undefined, problem ? `jsonschema: ${problem}` : null]
  } catch (error) {
    if (error instanceof BuiltinFailure) return [false, `jsonschema: ${error.message}`]
    throw error
  }
}

const jsonDocument = union(string, anyObject)

/** https://www.openpolicyagent.org/docs/policy-reference/builtins/object */
export const jsonSchema = [
  builtin('json.match_schema', [jsonDocument, jsonDocument], tuple(boolean, array(anyObject)), match),
  builtin('json.verify_schema', [jsonDocument], tuple(boolean, union(nothing, string)), verify),
]
