import { BuiltinFailure, type Host, operandFailure } from '../evaluate/host.ts'
import { kindOf, orderedMembers } from '../values/compare.ts'
import { isObject, objectEntries } from '../values/object.ts'
import { setOf } from '../values/set.ts'
import { type ObjectValue, RegoSet, type Value } from '../values/value.ts'
import { elements } from './aggregates.ts'
import { builtin, deprecated } from './builtin.ts'
import { type Address, addressText, type Block, blockText, contains, intersects, mergeBlocks, parseAddress, parseBlock } from './cidr.ts'
import { stringsIn } from './strings.ts'
import { any, anyArray, array, boolean, object, set, string, tuple, union } from './type.ts'

function block(text: string): Block {
  const parsed = parseBlock(text)
  if (!parsed) throw new BuiltinFailure(`invalid CIDR address: ${text}`)
  return parsed
}

/** An address or a block, as a block. */
function operand(text: string): Block {
  const address: Address | undefined = text.includes('/') ? undefined : parseAddress(text)
  return address ? { ...address, prefix: address.bits } : block(text)
}

/** What matches refer to: the index, key or member, and its block. */
function named(operands: Value, position: number): readonly (readonly [key: Value, block: Block])[] {
  if (typeof operands === 'string') return [[operands, operand(operands)]]
  if (Array.isArray(operands)) return operands.map((item: Value, i) => [i, operand(textOf(item, position))] as const)
  if (operands instanceof RegoSet) return orderedMembers(operands).map(item => [item, operand(textOf(item, position))] as const)
  return [...objectEntries(operands as ObjectValue)].map(([key, item]) => [key, operand(textOf(item, position))] as const)
}

function textOf(item: Value, position: number): string {
  const text = Array.isArray(item) ? (item as readonly Value[])[0] : item
  if (typeof text === 'string') return text
  throw new BuiltinFailure(`operand ${position}: element must be string or non-empty array`)
}

function containsMatches(blocks: Value, others: Value, host: Host): RegoSet {
  const found: Value[] = []
  const right = named(others, 2)
  for (const [key, outer] of named(blocks, 1)) {
    for (const [other, inner] of right) {
      host.budget.tick()
      if (contains(outer, inner)) found.push([key, other])
    }
  }
  return setOf(found)
}

function expand(text: string, host: Host): RegoSet {
  const { bits, prefix, value } = block(text)
  const size = 2n ** BigInt(bits - prefix)
  host.budget.charge(Number(size) * 64)
  const first = value & ~(size - 1n)
  return setOf(Array.from({ length: Number(size) }, (_, i) => addressText({ bits, value: first + BigInt(i) })))
}

function merge(texts: Value): RegoSet {
  const blocks = stringsIn(texts, 1).map(text => {
    const address = text.includes('/') ? undefined : parseAddress(text)
    if (!address) return block(text)
    if (address.bits === 128) throw new BuiltinFailure('IPv6 invalid: needs prefix length')
    return { ...address, prefix: classPrefix(address.value) }
  })
  return setOf(mergeBlocks(blocks).map(blockText))
}

/** The prefix that an IPv4 address had before blocks were classless, which is what OPA assumes. */
function classPrefix(value: bigint): number {
  const first = value >> 24n
  return first < 128n ? 8 : first < 192n ? 16 : first < 224n ? 24 : 32
}

const elementOf = union(string, anyArray)
const operands = union(string, array(elementOf), object(string, elementOf), set(elementOf))

function check(value: Value, position: number): Value {
  if (typeof value === 'string' || Array.isArray(value) || value instanceof RegoSet || isObject(value)) return value
  throw operandFailure(position, 'string, array, set or object', kindOf(value))
}

/** https://www.openpolicyagent.org/docs/policy-reference/builtins/net */
export const net = [
  builtin('net.cidr_contains', [string, string], boolean, (outer, inner) => contains(block(outer), operand(inner))),
  builtin('net.cidr_contains_matches', [operands, operands], set(tuple(any, any)), (blocks, others, host) =>
    containsMatches(check(blocks, 1), check(others, 2), host),
  ),
  builtin('net.cidr_intersects', [string, string], boolean, (a, b) => intersects(block(a), block(b))),
  deprecated(builtin('net.cidr_overlap', [string, string], boolean, (outer, inner) => contains(block(outer), operand(inner)))),
  builtin('net.cidr_expand', [string], set(string), expand),
  builtin('net.cidr_is_valid', [string], boolean, text => parseBlock(text) !== undefined),
  builtin('net.cidr_merge', [union(array(string), set(string))], set(string), texts =>
    merge(Array.isArray(texts) ? texts : elements(texts as RegoSet)),
  ),
]
