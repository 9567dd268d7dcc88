/** An IP address as one integer: 32 or 128 bits (RFC 791, RFC 4291). */
export interface Address {
  readonly bits: 32 | 128
  readonly value: bigint
}

/** A block of addresses (RFC 4632): those that share the first `prefix` bits. */
export interface Block extends Address {
  readonly prefix: number
}

/** Reads an address; IPv6 may embed IPv4 at its end. Undefined when the text is none. */
export function parseAddress(text: string): Address | undefined {
  if (!text.includes(':')) {
    const value = parseV4(text)
    return value === undefined ? undefined : { bits: 32, value }
  }
  const value = parseV6(text)
  if (value === undefined) return undefined
  return value >> 32n === 0xffffn ? { bits: 32, value: value & 0xffffffffn } : { bits: 128, value }
}

function parseV4(text: string): bigint | undefined {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every(part => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) return undefined
  return parts.reduce((value, part) => (value << 8n) | BigInt(part), 0n)
}

function parseV6(text: string): bigint | undefined {
  const embedded = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text)
  const v4 = embedded ? parseV4(embedded[2] ?? '') : undefined
  if (embedded && v4 === undefined) return undefined
  const whole = v4 === undefined ? text : `${embedded?.[1]}${(v4 >> 16n).toString(16)}:${(v4 & 0xffffn).toString(16)}`
  const halves = whole.split('::')
  if (halves.length > 2) return undefined
  const [head = [], tail = []] = halves.map(half => (half === '' ? [] : half.split(':')))
  const missing = 8 - head.length - tail.length
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined
  const groups = [...head, ...Array<string>(missing).fill('0'), ...tail]
  if (!groups.every(group => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined
  return groups.reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n)
}

/** Reads `address/prefix`. */
export function parseBlock(text: string): Block | undefined {
  const match = /^([^/]+)\/(0|[1-9]\d{0,2})$/.exec(text)
  const address = match ? parseAddress(match[1] ?? '') : undefined
  const prefix = Number(match?.[2])
  return address && prefix <= address.bits ? { ...address, prefix } : undefined
}

function first({ bits, value, prefix }: Block): bigint {
  const host = BigInt(bits - prefix)
  return (value >> host) << host
}

function last(block: Block): bigint {
  return first(block) + (1n << BigInt(block.bits - block.prefix)) - 1n
}

export function contains(outer: Block, inner: Block): boolean {
  return outer.bits === inner.bits && first(outer) <= first(inner) && last(inner) <= last(outer)
}

export function intersects(a: Block, b: Block): boolean {
  return a.bits === b.bits && first(a) <= last(b) && first(b) <= last(a)
}

/** The fewest blocks that cover the same addresses. */
export function mergeBlocks(blocks: readonly Block[]): readonly Block[] {
  const sorted = blocks
    .map(block => ({ ...block, value: first(block) }))
    .sort((a, b) => a.bits - b.bits || (a.value < b.value ? -1 : a.value > b.value ? 1 : a.prefix - b.prefix))
  const merged: Block[] = []
  for (const block of sorted) {
    const top = merged.at(-1)
    if (top && contains(top, block)) continue
    merged.push(block)
    while (joinLast(merged));
  }
  return merged
}

/** Joins the last two blocks when they are the halves of one. */
function joinLast(blocks: Block[]): boolean {
  const [a, b] = blocks.slice(-2)
  if (!a || !b || a.bits !== b.bits || a.prefix !== b.prefix || a.prefix === 0) return false
  const parent = { ...a, prefix: a.prefix - 1 }
  if (first(parent) !== a.value || !contains(parent, b)) return false
  blocks.splice(-2, 2, parent)
  return true
}

/** The address as Go prints it: IPv6 in lower case, the longest run of zeros shortened (RFC 5952). */
export function addressText({ bits, value }: Address): string {
  if (bits === 32) return [24n, 16n, 8n, 0n].map(shift => String((value >> shift) & 0xffn)).join('.')
  const groups = Array.from({ length: 8 }, (_, i) => ((value >> BigInt(112 - 16 * i)) & 0xffffn).toString(16))
  const runs = [
    ...groups
      .map(group => (group === '0' ? '0' : '1'))
      .join('')
      .matchAll(/0{2,}/g),
  ]
  const longest = runs.reduce<RegExpMatchArray | undefined>(
    (best, run) => (best && best[0].length >= run[0].length ? best : run),
    undefined,
  )
  if (!longest) return groups.join(':')
  const start = longest.index ?? 0
  return `${groups.slice(0, start).join(':')}::${groups.slice(start + longest[0].length).join(':')}`
}

export function blockText(block: Block): string {
  return `${addressText({ bits: block.bits, value: first(block) })}/${block.prefix}`
}
