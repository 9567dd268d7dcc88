import { BuiltinFailure, type Host, operandFailure } from '../evaluate/host.ts'
import { kindOf, orderedEntries, orderedMembers } from '../values/compare.ts'
import { jsonText, parseJson } from '../values/json.ts'
import { objectGet, objectOf } from '../values/object.ts'
import { type ObjectValue, type RegoObject, RegoSet, type Value } from '../values/value.ts'
import { decodeBase64, decodeBase64Url } from './base64.ts'
import { builtin, predicate } from './builtin.ts'
import { stringsIn } from './strings.ts'
import { any, array, boolean, object, set, string, union } from './type.ts'
import { readYaml, writeYaml } from './yaml.ts'

function unmarshal(text: string, host: Host): Value {
  host.budget.charge(2 * text.length)
  try {
    return parseJson(text)
  } catch (error) {
    throw new BuiltinFailure(error instanceof Error ? error.message : 'invalid JSON')
  }
}

function succeeds(work: () => unknown): boolean {
  try {
    work()
    return true
  } catch (error) {
    if (error instanceof BuiltinFailure) return false
    throw error
  }
}

function marshal(value: Value, host: Host): string {
  const text = jsonText(value)
  host.budget.charge(2 * text.length)
  return text
}

const marshalOptions = ['indent', 'prefix', 'pretty']

function marshalWith(value: Value, options: ObjectValue, host: Host): string {
  for (const [key, option] of orderedEntries(options)) {
    const wanted = key === 'pretty' ? 'boolean' : 'string'
    if (typeof key !== 'string' || !marshalOptions.includes(key))
      throw new BuiltinFailure(`object contained unknown key ${jsonText(key)}`, 'eval_type_error')
    if (typeof option !== wanted)
      throw new BuiltinFailure(`key ${JSON.stringify(key)} failed cast to ${wanted === 'boolean' ? 'bool' : wanted}`, 'eval_type_error')
  }
  const option = (key: string, fallback: string): string => String(objectGet(options, key) ?? fallback)
  const isPretty =
    objectGet(options, 'pretty') ?? (objectGet(options, 'indent') !== undefined || objectGet(options, 'prefix') !== undefined)
  if (isPretty !== true) return marshal(value, host)
  return option('prefix', '') + indented(value, option('prefix', ''), option('indent', '\t'), '')
}

function indented(value: Value, prefix: string, indent: string, depth: string): string {
  const inner = depth + indent
  const lines = (items: readonly string[], open: string, close: string): string =>
    items.length === 0 ? open + close : `${open}\n${items.map(item => prefix + inner + item).join(',\n')}\n${prefix}${depth}${close}`
  if (value instanceof RegoSet) return indented(orderedMembers(value), prefix, indent, depth)
  if (Array.isArray(value))
    return lines(
      value.map((item: Value) => indented(item, prefix, indent, inner)),
      '[',
      ']',
    )
  if (kindOf(value) !== 'object') return jsonText(value)
  const entries = orderedEntries(value as ObjectValue)
  return lines(
    entries.map(([key, item]) => `${jsonText(typeof key === 'string' ? key : jsonText(key))}: ${indented(item, prefix, indent, inner)}`),
    '{',
    '}',
  )
}

/** Bytes as text; what is no UTF-8 becomes the replacement character. */
function asText(bytes: Buffer): string {
  return bytes.toString('utf8')
}

function decodeHex(text: string): string {
  for (const rune of text) {
    if (!/[0-9a-fA-F]/.test(rune))
      throw new BuiltinFailure(`invalid byte: U+${(rune.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')} '${rune}'`)
  }
  if (text.length % 2 === 1) throw new BuiltinFailure('odd length hex string')
  return asText(Buffer.from(text, 'hex'))
}

function encodeQuery(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()*]/g, char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+')
}

function decodeQuery(text: string): string {
  const wrong = /%(?![0-9a-fA-F]{2}).{0,2}/.exec(text)
  if (wrong) throw new BuiltinFailure(`invalid URL escape ${JSON.stringify(wrong[0])}`)
  const bytes = text
    .replaceAll('+', ' ')
    .replace(/[^%]+|%[0-9a-fA-F]{2}/g, part => (part.startsWith('%') ? part.slice(1) : Buffer.from(part).toString('hex')))
  return asText(Buffer.from(bytes, 'hex'))
}

function encodeObject(values: ObjectValue): string {
  return orderedEntries(values)
    .flatMap(([key, value]) => {
      if (typeof key !== 'string') throw operandFailure(1, 'object with string keys', `object containing ${kindOf(key)} key`)
      return stringsIn(value, 1).map(item => `${encodeQuery(key)}=${encodeQuery(item)}`)
    })
    .join('&')
}

function decodeObject(text: string): RegoObject {
  const values = new Map<string, string[]>()
  for (const pair of text.split('&')) {
    if (pair === '') continue
    if (pair.includes(';')) throw new BuiltinFailure('invalid semicolon separator in query')
    const [name = '', ...rest] = pair.split('=')
    const key = decodeQuery(name)
    values.set(key, [...(values.get(key) ?? []), decodeQuery(rest.join('='))])
  }
  return objectOf(values)
}

/** https://www.openpolicyagent.org/docs/policy-reference/builtins/encoding */
export const encoding = [
  builtin('json.marshal', [any], string, marshal),
  builtin('json.marshal_with_options', [any, object(string, any)], string, marshalWith),
  builtin('json.unmarshal', [string], any, unmarshal),
  predicate(builtin('json.is_valid', [string], boolean, (text, host) => succeeds(() => unmarshal(text, host)))),
  builtin('yaml.marshal', [any], string, value => writeYaml(value)),
  builtin('yaml.unmarshal', [string], any, (text, host) => readYaml(text, host.budget)),
  predicate(builtin('yaml.is_valid', [string], boolean, (text, host) => succeeds(() => readYaml(text, host.budget)))),
  builtin('base64.encode', [string], string, text => Buffer.from(text).toString('base64')),
  builtin('base64.decode', [string], string, text => asText(decodeBase64(text))),
  builtin('base64.is_valid', [string], boolean, text => succeeds(() => decodeBase64(text))),
  builtin('base64url.encode', [string], string, text => Buffer.from(text).toString('base64').replaceAll('+', '-').replaceAll('/', '_')),
  builtin('base64url.encode_no_pad', [string], string, text => Buffer.from(text).toString('base64url')),
  builtin('base64url.decode', [string], string, text => asText(decodeBase64Url(text))),
  builtin('hex.encode', [string], string, text => Buffer.from(text).toString('hex')),
  builtin('hex.decode', [string], string, decodeHex),
  builtin('urlquery.encode', [string], string, encodeQuery),
  builtin('urlquery.decode', [string], string, decodeQuery),
  builtin('urlquery.encode_object', [object(string, union(string, array(string), set(string)))], string, encodeObject),
  builtin('urlquery.decode_object', [string], object(string, array(string)), decodeObject),
]
