import { parseDocument } from 'yaml'
import type { Budget } from '../evaluate/budget.ts'
import { BuiltinFailure } from '../evaluate/host.ts'
import { orderedEntries, orderedMembers } from '../values/compare.ts'
import { numberText, parseNumber } from '../values/decimal.ts'
import { keyText } from '../values/json.ts'
import { Numeral } from '../values/numeral.ts'
import { objectOf } from '../values/object.ts'
import { type ObjectValue, RegoSet, type Value } from '../values/value.ts'

/** Aliases may not blow a small text up. */
const maxAliases = 100

/** Reads one YAML document as the JSON value it stands for. @throws BuiltinFailure when the text is not YAML. */
export function readYaml(text: string, budget: Budget): Value {
  budget.work(text.length)
  budget.charge(16 * text.length)
  try {
    const document = parseDocument(text, { version: '1.2', prettyErrors: false, mapAsMap: true, maxAliasCount: maxAliases })
    const [error] = document.errors
    if (error) throw new BuiltinFailure(`yaml: line 1: ${wording(error.message)}`)
    return fromParsed(document.toJSON() as unknown)
  } catch (error) {
    if (error instanceof BuiltinFailure) throw error
    throw new BuiltinFailure(`yaml: ${error instanceof Error ? error.message : 'invalid'}`)
  }
}

/** The usual complaint of Go's reader about what does not close. */
function wording(message: string): string {
  return /expected|must|missing|end with|flow/i.test(message) ? `did not find expected node content (${message})` : message
}

function fromParsed(parsed: unknown): Value {
  if (parsed === undefined || parsed === null) return null
  if (typeof parsed === 'number') return parseNumber(String(parsed)) ?? null
  if (typeof parsed === 'bigint') return parseNumber(String(parsed)) ?? null
  if (typeof parsed === 'string' || typeof parsed === 'boolean') return parsed
  if (Array.isArray(parsed)) return parsed.map(fromParsed)
  if (parsed instanceof Map)
    return objectOf([...parsed].map(([key, item]) => [typeof key === 'string' ? key : keyText(fromParsed(key)), fromParsed(item)] as const))
  throw new BuiltinFailure('yaml: unsupported value')
}

/** Writes a value as YAML, keys sorted, lists at the depth of their key, as OPA does. */
export function writeYaml(value: Value): string {
  const text = block(value, '')
  return text.endsWith('\n') ? text : `${text}\n`
}

function block(value: Value, indent: string): string {
  if (value instanceof RegoSet) return block(orderedMembers(value), indent)
  if (Array.isArray(value))
    return value.length === 0 ? '[]' : value.map((item: Value) => `${indent}- ${nested(item, `${indent}  `)}`).join('')
  if (typeof value !== 'object' || value === null || value instanceof Numeral) return scalar(value, indent)
  const entries = orderedEntries(value as ObjectValue)
  return entries.length === 0
    ? '{}'
    : entries.map(([key, item]) => `${indent}${scalar(keyText(key), indent)}:${underKey(item, indent)}`).join('')
}

/** A value behind a dash: the first line goes on where the dash stands. */
function nested(value: Value, indent: string): string {
  const text = block(value, indent)
  return (text.startsWith(indent) ? text.slice(indent.length) : text).replace(/\n?$/, '\n')
}

function underKey(value: Value, indent: string): string {
  const isList = (Array.isArray(value) && value.length > 0) || (value instanceof RegoSet && value.size > 0)
  const text = block(value, isList ? indent : `${indent}  `)
  const isBlock = isList || (typeof value === 'object' && value !== null && !(value instanceof Numeral) && text !== '{}' && text !== '[]')
  return isBlock ? `\n${text}` : ` ${text}\n`
}

function scalar(value: Value, indent: string): string {
  if (typeof value === 'number' || value instanceof Numeral) return numberText(value)
  if (typeof value !== 'string') return String(value)
  if (value.includes('\n'))
    return `|${value.endsWith('\n') ? '' : '-'}\n${value
      .replace(/\n$/, '')
      .split('\n')
      .map(line => `${indent}${line}`)
      .join('\n')}`
  const looksTyped = /^(?:null|true|false|yes|no|on|off|y|n|~|[-+]?[\d.][\d._eE+-]*|0x[\da-fA-F]+|\.inf|\.nan)$/i.test(value)
  const isPlain = /^[^\s\-?:,[\]{}#&*!|>'"%@`][^\n]*$|^[-?:][^\s][^\n]*$/.test(value) && !/: |\s#|:$|\s$/.test(value)
  if (looksTyped) return `"${value}"`
  if (isPlain) return value
  return [...value].some(char => char < ' ' || char === '\\')
    ? JSON.stringify(value)
    : value.includes("'")
      ? JSON.stringify(value)
      : `'${value}'`
}
