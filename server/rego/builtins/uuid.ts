import { BuiltinFailure, type Host } from '../evaluate/host.ts'
import { fromBigInt } from '../values/decimal.ts'
import { record } from '../values/json.ts'
import type { RegoObject, Value } from '../values/value.ts'
import { builtin } from './builtin.ts'
import { any, object, string } from './type.ts'

const grammar = /^(?:urn:uuid:)?\{?([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})\}?$/i

/** Nanoseconds between 1582-10-15, where RFC 4122 begins to count, and 1970. */
const gregorianOffset = 122_192_928_000_000_000n

const domains: Readonly<Record<number, string>> = { 0: 'Person', 1: 'Group', 2: 'Org' }

function parse(text: string): RegoObject {
  const match = grammar.exec(text)
  if (!match) throw new BuiltinFailure('invalid UUID format')
  const hex = match.slice(1).join('')
  const version = Number.parseInt(hex[12] ?? '0', 16)
  const fields: Record<string, Value> = { version, variant: variantOf(Number.parseInt(hex.slice(16, 18), 16)) }
  if (version === 1 || version === 2) Object.assign(fields, timeFields(hex, version))
  return record(fields)
}

function variantOf(byte: number): string {
  if ((byte & 0xc0) === 0x80) return 'RFC4122'
  if ((byte & 0xe0) === 0xc0) return 'Microsoft'
  return (byte & 0xe0) === 0xe0 ? 'Future' : 'Reserved'
}

function timeFields(hex: string, version: number): Readonly<Record<string, Value>> {
  const node = hex.slice(20).match(/../g) ?? []
  const ticks = BigInt(`0x${hex.slice(13, 16)}${hex.slice(8, 12)}${hex.slice(0, 8)}`)
  const flags = Number.parseInt(node[0] ?? '0', 16)
  const shared = {
    nodeid: node.join('-'),
    macvariables: `${flags & 2 ? 'local' : 'global'}:${flags & 1 ? 'multicast' : 'unicast'}`,
    time: fromBigInt((ticks - gregorianOffset) * 100n),
    clocksequence: Number.parseInt(hex.slice(16, 20), 16) & 0x3fff,
  }
  if (version === 1) return shared
  return {
    ...shared,
    domain: domains[Number.parseInt(hex.slice(18, 20), 16)] ?? `Domain${Number.parseInt(hex.slice(18, 20), 16)}`,
    id: Number.parseInt(hex.slice(0, 8), 16),
  }
}

/** A random UUID; the same for the same key within one query. */
function generate(key: string, host: Host): string {
  const name = `uuid.rfc4122 ${key}`
  const known = host.memory.get(name)
  if (typeof known === 'string') return known
  const made = host.uuid()
  host.memory.set(name, made)
  return made
}

/** https://www.openpolicyagent.org/docs/policy-reference/builtins/uuid */
export const uuid = [builtin('uuid.parse', [string], object(string, any), parse), builtin('uuid.rfc4122', [string], string, generate)]
