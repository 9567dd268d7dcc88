import { RE2JS } from 're2js'
import { BuiltinFailure, type Host } from '../evaluate/host.ts'
import type { Value } from '../values/value.ts'
import { builtin } from './builtin.ts'
import { matches } from './regex.ts'
import { stringsIn } from './strings.ts'
import { array, boolean, nothing, string, union } from './type.ts'

/** Glob patterns (https://github.com/gobwas/glob) as RE2: `*` stays between delimiters, `**` does not. */
function translate(pattern: string, delimiters: readonly string[]): string {
  const runes = [...pattern]
  const between = delimiters.length > 0 ? `[^${delimiters.map(escapeInClass).join('')}]` : '.'
  let source = ''
  let depth = 0
  for (let at = 0; at < runes.length; at++) {
    const rune = runes[at] ?? ''
    if (rune === '\\') source += RE2JS.quote(runes[++at] ?? '')
    else if (rune === '*') {
      const double = runes[at + 1] === '*'
      while (double && runes[at + 1] === '*') at++
      source += double ? '.*' : `${between}*`
    } else if (rune === '?') source += between
    else if (rune === '{') {
      depth++
      source += '(?:'
    } else if (rune === '}' && depth > 0) {
      depth--
      source += ')'
    } else if (rune === ',' && depth > 0) source += '|'
    else if (rune === '[') {
      const end = runes.indexOf(']', at + 1)
      if (end < 0) throw new BuiltinFailure('unexpected end of input')
      source += characterClass(runes.slice(at + 1, end))
      at = end
    } else source += RE2JS.quote(rune)
  }
  if (depth > 0) throw new BuiltinFailure('unexpected end of input')
  return `(?s)^(?:${source})$`
}

function escapeInClass(rune: string): string {
  return /[\]\\^-]/.test(rune) ? `\\${rune}` : rune
}

function characterClass(runes: readonly string[]): string {
  const negated = runes[0] === '!'
  const body = (negated ? runes.slice(1) : runes)
    .map((rune, i, all) => (rune === '-' && i > 0 && i < all.length - 1 ? '-' : escapeInClass(rune)))
    .join('')
  if (body === '') throw new BuiltinFailure('expected range or characters in brackets')
  return `[${negated ? '^' : ''}${body}]`
}

/** No delimiters are given by null; an empty list means the dot. */
function match(pattern: string, delimiters: Value, text: string, host: Host): boolean {
  const given = delimiters === null ? [] : stringsIn(delimiters, 2)
  const used = delimiters !== null && given.length === 0 ? ['.'] : given
  return matches(translate(pattern, used), text, host)
}

/** https://www.openpolicyagent.org/docs/policy-reference/builtins/glob */
export const glob = [
  builtin('glob.match', [string, union(nothing, array(string)), string], boolean, match),
  builtin('glob.quote_meta', [string], string, text => text.replace(/[*?\\[\]{}]/g, '\\$&')),
]
