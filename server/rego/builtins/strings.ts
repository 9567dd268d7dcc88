import { BuiltinFailure, type Host, operandFailure } from '../evaluate/host.ts'
import { kindOf, orderedEntries } from '../values/compare.ts'
import { decimalOf } from '../values/decimal.ts'
import { type Num, type ObjectValue, RegoSet, type Value } from '../values/value.ts'
import { elements } from './aggregates.ts'
import { builtin } from './builtin.ts'
import { smallOperand } from './integer.ts'
import { array, boolean, number, object, set, string, union } from './type.ts'

const oneOrMany = union(string, set(string), array(string))

/** The strings of a collection. @throws BuiltinFailure naming the first element that is none. */
export function stringsIn(values: Value, position: number): readonly string[] {
  if (typeof values === 'string') return [values]
  const kind = values instanceof RegoSet ? 'set' : 'array'
  return elements(values as readonly Value[] | RegoSet).map(item => {
    if (typeof item !== 'string') throw operandFailure(position, `${kind} of strings`, `${kind} containing ${kindOf(item)}`)
    return item
  })
}

function anyMatch(texts: Value, affixes: Value, match: (text: string, affix: string) => boolean): boolean {
  const wanted = stringsIn(affixes, 2)
  return stringsIn(texts, 1).some(text => wanted.some(affix => match(text, affix)))
}

/** Text that is about to be built counts against the memory of the evaluation. */
function built(text: string, host: Host): string {
  host.budget.charge(2 * text.length)
  return text
}

function concat(delimiter: string, parts: Value, host: Host): string {
  const texts = stringsIn(parts, 2)
  host.budget.charge(2 * texts.reduce((total, text) => total + text.length + delimiter.length, 0))
  return texts.join(delimiter)
}

function formatInt(value: Num, base: Num): string {
  const radix = smallOperand(base, 2)
  if (![2, 8, 10, 16].includes(radix)) throw new BuiltinFailure('operand 2 must be one of {2, 8, 10, 16}', 'eval_type_error')
  const { coefficient, exponent } = decimalOf(value)
  const whole = exponent >= 0 ? coefficient * 10n ** BigInt(exponent) : coefficient / 10n ** BigInt(-exponent)
  return whole.toString(radix)
}

/** Positions in code points, as the language counts. */
function indexesOf(text: string, search: string): readonly number[] {
  const runes = [...text]
  const wanted = [...search]
  if (wanted.length === 0) throw new BuiltinFailure('empty search character')
  const found: number[] = []
  for (let i = 0; i + wanted.length <= runes.length; i++) if (wanted.every((rune, j) => runes[i + j] === rune)) found.push(i)
  return found
}

function substring(text: string, offset: Num, length: Num): string {
  const start = smallOperand(offset, 2)
  const size = smallOperand(length, 3)
  if (start < 0) throw new BuiltinFailure('negative offset')
  const runes = [...text]
  return runes.slice(start, size < 0 ? runes.length : start + size).join('')
}

function replace(text: string, old: string, replacement: string, host: Host): string {
  const growth = old.length === 0 ? text.length + 1 : text.length / old.length
  host.budget.charge(2 * (text.length + growth * replacement.length))
  if (old !== '') return text.replaceAll(old, () => replacement)
  return replacement + [...text].map(rune => rune + replacement).join('')
}

interface Replacer {
  readonly pattern: RegExp
  readonly table: ReadonlyMap<string, string>
}

const replacers = new WeakMap<ObjectValue, Replacer>()

/** The pairs as one pattern of literals, which JavaScript tries in their order without going back. */
function replacerOf(pairs: ObjectValue): Replacer {
  const known = replacers.get(pairs)
  if (known) return known
  const table = new Map(
    orderedEntries(pairs).map(([old, replacement]) => {
      if (typeof old !== 'string') throw operandFailure(1, 'string', kindOf(old))
      if (typeof replacement !== 'string') throw operandFailure(2, 'string', kindOf(replacement))
      return [old, replacement] as const
    }),
  )
  table.delete('')
  const source = [...table.keys()].map(old => old.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|')
  const replacer = { table, pattern: new RegExp(source === '' ? '(?!)' : source, 'g') }
  replacers.set(pairs, replacer)
  return replacer
}

/** Replaces all pairs in one pass: at each place the first pair that fits. */
function replaceAll(pairs: ObjectValue, text: string, host: Host): string {
  const { pattern, table } = replacerOf(pairs)
  host.budget.work((text.length * table.size) / 64)
  const result = text.replace(pattern, old => {
    const replacement = table.get(old) ?? old
    host.budget.charge(2 * replacement.length)
    return replacement
  })
  return built(result, host)
}

function trimStart(text: string, cutset: string): string {
  const runes = [...text]
  const start = runes.findIndex(rune => !cutset.includes(rune))
  return start < 0 ? '' : runes.slice(start).join('')
}

function trimEnd(text: string, cutset: string): string {
  const runes = [...text]
  const end = runes.findLastIndex(rune => !cutset.includes(rune))
  return runes.slice(0, end + 1).join('')
}

/** Case mapping rune by rune: one rune never becomes two. */
function mapRunes(text: string, map: (rune: string) => string): string {
  const mapped = map(text)
  if (mapped.length === text.length) return mapped
  return [...text].map(rune => ([...map(rune)].length === 1 ? map(rune) : rune)).join('')
}

function count(text: string, search: string): number {
  return search === '' ? [...text].length + 1 : text.split(search).length - 1
}

/** https://www.openpolicyagent.org/docs/policy-reference/builtins/strings */
export const strings = [
  builtin('concat', [string, union(set(string), array(string))], string, concat),
  builtin('contains', [string, string], boolean, (text, part) => text.includes(part)),
  builtin('startswith', [string, string], boolean, (text, prefix) => text.startsWith(prefix)),
  builtin('endswith', [string, string], boolean, (text, suffix) => text.endsWith(suffix)),
  builtin('strings.any_prefix_match', [oneOrMany, oneOrMany], boolean, (texts, prefixes) =>
    anyMatch(texts, prefixes, (text, prefix) => text.startsWith(prefix)),
  ),
  builtin('strings.any_suffix_match', [oneOrMany, oneOrMany], boolean, (texts, suffixes) =>
    anyMatch(texts, suffixes, (text, suffix) => text.endsWith(suffix)),
  ),
  builtin('format_int', [number, number], string, formatInt),
  builtin('indexof', [string, string], number, (text, search) => indexesOf(text, search)[0] ?? -1),
  builtin('indexof_n', [string, string], array<Value>(number), indexesOf),
  builtin('substring', [string, number, number], string, substring),
  builtin('lower', [string], string, text => mapRunes(text, rune => rune.toLowerCase())),
  builtin('upper', [string], string, text => mapRunes(text, rune => rune.toUpperCase())),
  builtin('split', [string, string], array<Value>(string), (text, delimiter, host) => {
    host.budget.charge(2 * text.length)
    return delimiter === '' ? [...text] : text.split(delimiter)
  }),
  builtin('replace', [string, string, string], string, replace),
  builtin('strings.replace_n', [object(string, string), string], string, replaceAll),
  builtin('trim', [string, string], string, (text, cutset) => trimEnd(trimStart(text, cutset), cutset)),
  builtin('trim_left', [string, string], string, trimStart),
  builtin('trim_right', [string, string], string, trimEnd),
  builtin('trim_prefix', [string, string], string, (text, prefix) => (text.startsWith(prefix) ? text.slice(prefix.length) : text)),
  builtin('trim_suffix', [string, string], string, (text, suffix) =>
    suffix !== '' && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text,
  ),
  builtin('trim_space', [string], string, text => text.replace(/^[\s\u0085]+|[\s\u0085]+$/g, '')),
  builtin('strings.reverse', [string], string, (text, host) => built([...text].reverse().join(''), host)),
  builtin('strings.count', [string, string], number, count),
]
