import { nowhere } from '../errors.ts'
import type { Host } from '../evaluate/host.ts'
import { orderedMembers } from '../values/compare.ts'
import { regoText } from '../values/text.ts'
import { RegoObject, RegoSet, type Value } from '../values/value.ts'
import { builtin } from './builtin.ts'
import { any, anyArray, array, boolean, string } from './type.ts'

/** Prints the arguments with spaces between them; an undefined one is an empty set and prints as such. */
function print(values: readonly Value[], host: Host): boolean {
  host.print?.(values.map(shown).join(' '), nowhere)
  return true
}

function shown(value: Value): string {
  const item = value instanceof RegoSet ? orderedMembers(value)[0] : value
  return item === undefined ? '<undefined>' : typeof item === 'string' ? item : regoText(item)
}

/** https://www.openpolicyagent.org/docs/policy-reference/builtins/tracing; metadata calls are answered by the compiler. */
export const tracing = [
  builtin('print', [array(any)], boolean, print),
  builtin('trace', [string], boolean, () => true),
  builtin('rego.metadata.chain', [], anyArray, () => []),
  builtin('rego.metadata.rule', [], any, () => RegoObject.empty),
]
