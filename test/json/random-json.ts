/** A number in [0, below), whole. The same seed gives the same sequence (mulberry32). */
export type Random = (below: number) => number

export function randomFrom(seed: number): Random {
  let state = seed >>> 0
  return below => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

const pieces = [
  'a',
  'Z',
  ' ',
  '"',
  '\\',
  '/',
  '\n',
  '\u0000',
  '\u001f',
  '\u007f',
  'é',
  'ſ',
  '€',
  '\u2028',
  '😀',
  '\ud800',
  '0',
  '__proto__',
  '{',
  ']',
]
const spaces = ['', '', '', ' ', '\n', '\t\r']
const noise = [...'{}[]:,"\\0123456789eE+-.tfn/u ', '\u0000', '\ufeff', '\u00a0', '"a":1,', '\\ud800', '\\u0000', 'null', '1e999', '00']

function pick<T>(random: Random, list: readonly T[]): T {
  return list[random(list.length)] as T
}

function randomString(random: Random): string {
  const length = random(8) === 0 ? random(60) : random(5)
  return Array.from({ length }, () => pick(random, pieces)).join('')
}

/** Quoted, with some characters needlessly escaped. */
function quoted(random: Random, text: string): string {
  const escapes = random(3) === 0
  const units = [...text].map(unit => (escapes && /^[aZ0é]$/.test(unit) ? unicodeEscape(unit) : JSON.stringify(unit).slice(1, -1)))
  return `"${units.join('')}"`
}

function unicodeEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}

function randomNumber(random: Random): string {
  const kind = random(6)
  if (kind === 0) return String(random(10))
  if (kind === 1) return String(-random(2 ** 31))
  if (kind === 2) return String(random(2 ** 31) * 2 ** random(21))
  if (kind === 3) return String((random(2 ** 31) - 2 ** 30) / 10 ** random(20))
  if (kind === 4) return `${random(1000)}.${random(1000)}E${pick(random, ['', '+', '-'])}${random(30)}`
  return pick(random, ['-0', '0.0', '1e2', '0e5', '1.50', '5e-324', '1.7976931348623157e308'])
}

function randomObject(random: Random, depth: number): string {
  const keys = new Map<string, string>()
  for (let i = random(6); i > 0; i--) {
    const key = randomString(random).replaceAll('\0', '').toWellFormed()
    keys.set(key.toUpperCase().toLowerCase(), key)
  }
  const members = [...keys.values()].map(key => `${quoted(random, key)}${pick(random, spaces)}:${randomValue(random, depth + 1)}`)
  return `{${pick(random, spaces)}${members.join(',')}}`
}

function randomValue(random: Random, depth: number): string {
  const kind = random(depth > 6 ? 4 : 8)
  const space = pick(random, spaces)
  if (kind === 0) return space + pick(random, ['null', 'true', 'false'])
  if (kind === 1) return space + randomNumber(random) + space
  if (kind < 4) return space + quoted(random, randomString(random)) + space
  if (kind < 6) return space + randomObject(random, depth) + space
  return `${space}[${Array.from({ length: random(5) }, () => randomValue(random, depth + 1)).join(',')}${space}]`
}

/** A document that RFC 8259 and we accept. */
export function randomJsonText(random: Random): string {
  return randomValue(random, random(2) === 0 ? 1 : 5)
}

/** The document with a piece dropped, doubled, or strange text put in; perhaps still valid. */
export function randomMutation(random: Random, text: string): string {
  const at = random(text.length + 1)
  const end = Math.min(text.length, at + 1 + random(4))
  const kind = random(4)
  if (kind === 0) return text.slice(0, at) + text.slice(end)
  if (kind === 1) return text.slice(0, at) + pick(random, noise) + text.slice(at)
  if (kind === 2) return text.slice(0, at) + pick(random, noise) + text.slice(end)
  return text.slice(0, end) + text.slice(at)
}
