import { BuiltinFailure, type Host } from '../evaluate/host.ts'
import { orderedMembers } from '../values/compare.ts'
import { regoText } from '../values/text.ts'
import { type ObjectValue, RegoSet, type Value } from '../values/value.ts'
import { builtin } from './builtin.ts'
import { sprintf } from './go-format.ts'
import { renderTemplate } from './go-template.ts'
import { any, anyArray, array, object, string } from './type.ts'

function format(text: string, values: readonly Value[], host: Host): string {
  const result = sprintf(text, values)
  host.budget.charge(2 * result.length)
  return result
}

/** `$"…{part}…"`: each part is a set that is empty when the part is undefined. */
function template(parts: readonly Value[], host: Host): string {
  const text = parts.map(part => (part instanceof RegoSet ? partText(part) : typeof part === 'string' ? part : regoText(part))).join('')
  host.budget.charge(2 * text.length)
  return text
}

function partText(part: RegoSet): string {
  const [value, ...more] = orderedMembers(part)
  if (more.length > 0) throw new BuiltinFailure('template-strings must not produce multiple outputs')
  if (value === undefined) return '<undefined>'
  return typeof value === 'string' ? value : regoText(value)
}

function render(text: string, values: ObjectValue, host: Host): string {
  const result = renderTemplate(text, values, host.budget)
  host.budget.charge(2 * result.length)
  return result
}

/** https://www.openpolicyagent.org/docs/policy-reference/builtins/strings */
export const formatting = [
  builtin('sprintf', [string, anyArray], string, format),
  builtin('strings.render_template', [string, object(string, any)], string, render),
  builtin('internal.template_string', [array(any)], string, template),
]
