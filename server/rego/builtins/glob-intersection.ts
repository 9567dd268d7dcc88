import { BuiltinFailure, type Host } from '../evaluate/host.ts'

/** A set of characters, and how often one of them may come. */
interface Piece {
  readonly any: boolean
  readonly chars: ReadonlySet<string>
  readonly min: 0 | 1
  readonly many: boolean
}

/** Whether some non-empty text fits both patterns; they know `.`, `[a-z]`, `*` and `+` only. */
export function globsIntersect(a: string, b: string, host: Host): boolean {
  const left = parse(a)
  const right = parse(b)
  const seen = new Set<number>()
  const queue: (readonly [number, number])[] = [[0, 0]]
  for (let state = queue.pop(); state; state = queue.pop()) {
    host.budget.tick()
    const [i, j] = state
    if (i === left.length && j === right.length) return true
    const key = i * (right.length + 1) + j
    if (seen.has(key)) continue
    seen.add(key)
    queue.push(...moves(left, right, i, j))
  }
  return false
}

function moves(left: readonly Piece[], right: readonly Piece[], i: number, j: number): readonly (readonly [number, number])[] {
  const x = left[i]
  const y = right[j]
  const next: (readonly [number, number])[] = []
  if (x?.min === 0) next.push([i + 1, j])
  if (y?.min === 0) next.push([i, j + 1])
  if (!x || !y || !meet(x, y)) return next
  for (const di of x.many ? [0, 1] : [1]) for (const dj of y.many ? [0, 1] : [1]) if (di + dj > 0) next.push([i + di, j + dj])
  return next
}

function meet(x: Piece, y: Piece): boolean {
  return x.any || y.any || [...x.chars].some(char => y.chars.has(char))
}

function parse(pattern: string): readonly Piece[] {
  const pieces: Piece[] = []
  const runes = [...pattern]
  const fail = (at: number, problem: string): never => {
    throw new BuiltinFailure(`input:${pattern}, pos:${at}, ${problem}: the input provided is invalid`)
  }
  for (let at = 0; at < runes.length; ) {
    const rune = runes[at] ?? ''
    if (rune === '*' || rune === '+') fail(at, `flag '${rune}' must be preceded by a non-flag`)
    if (rune === ']') fail(at + 1, "set-close ']' with no preceding '['")
    const end = rune === '[' ? runes.indexOf(']', at) : at + (rune === '\\' ? 1 : 0)
    if (end < 0) fail(at, 'found [ without matching ]')
    const chars = rune === '[' ? range(runes.slice(at + 1, end)) : new Set([runes[end] ?? ''])
    const flag = runes[end + 1]
    pieces.push({ any: rune === '.', chars, min: flag === '*' ? 0 : 1, many: flag === '*' || flag === '+' })
    at = end + (flag === '*' || flag === '+' ? 2 : 1)
  }
  return pieces
}

function range(runes: readonly string[]): ReadonlySet<string> {
  const chars = new Set<string>()
  for (let i = 0; i < runes.length; i++) {
    const from = runes[i]?.codePointAt(0) ?? 0
    const to = runes[i + 1] === '-' && runes[i + 2] !== undefined ? (runes[i + 2]?.codePointAt(0) ?? from) : from
    for (let code = from; code <= Math.min(to, from + 0xffff); code++) chars.add(String.fromCodePoint(code))
    if (to !== from) i += 2
  }
  return chars
}
