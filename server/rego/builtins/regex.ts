import { RE2JS } from 're2js'
import { BuiltinFailure, type Host } from '../evaluate/host.ts'
import type { Num, Value } from '../values/value.ts'
import { builtin, deprecated, predicate } from './builtin.ts'
import { globsIntersect } from './glob-intersection.ts'
import { smallOperand } from './integer.ts'
import { array, boolean, number, string } from './type.ts'

/** Compiled patterns, the last few hundred: compiling costs a hundred times what matching does. */
const patterns = new Map<string, RE2JS>()
const maxPatterns = 512
const maxPatternLength = 10_000

/** The pattern, compiled. @throws BuiltinFailure when it is not RE2 syntax. */
export function compilePattern(source: string): RE2JS {
  const known = patterns.get(source)
  if (known) return known
  if (source.length > maxPatternLength) throw new BuiltinFailure('error parsing regexp: pattern too long')
  try {
    const compiled = RE2JS.compile(source)
    if (patterns.size >= maxPatterns) patterns.clear()
    patterns.set(source, compiled)
    return compiled
  } catch (error) {
    throw new BuiltinFailure(`error parsing regexp: ${error instanceof Error ? error.message : 'invalid'}`)
  }
}

/** Matching takes time in proportion to text and pattern: it counts against the steps of the evaluation. */
function ready(pattern: string, text: string, host: Host): RE2JS {
  host.budget.work((text.length * pattern.length) / 64)
  return compilePattern(pattern)
}

function isValid(pattern: string): boolean {
  try {
    compilePattern(pattern)
    return true
  } catch (error) {
    if (error instanceof BuiltinFailure) return false
    throw error
  }
}

/** Whether the pattern occurs in the text. */
export function matches(pattern: string, text: string, host: Host): boolean {
  return ready(pattern, text, host).matcher(text).find()
}

interface Match {
  readonly start: number
  readonly end: number
  readonly groups: readonly (string | undefined)[]
}

/** Matches from left to right as Go finds them: an empty one right behind another match does not count. */
function findAll(regex: RE2JS, text: string, limit: number, host: Host): readonly Match[] {
  const found: Match[] = []
  const matcher = regex.matcher(text)
  let lastEnd = -1
  for (let at = 0; at <= text.length && (limit < 0 || found.length < limit); ) {
    host.budget.tick()
    if (!matcher.find(at)) break
    const start = matcher.start()
    const end = matcher.end()
    if (end > start || start !== lastEnd) found.push({ start, end, groups: groupsOf(matcher) })
    lastEnd = end
    at = end > start ? end : end + ((text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1)
  }
  return found
}

function groupsOf(matcher: { groupCount(): number; group(index: number): string | null }): readonly (string | undefined)[] {
  return Array.from({ length: matcher.groupCount() + 1 }, (_, i) => matcher.group(i) ?? undefined)
}

function split(pattern: string, text: string, host: Host): readonly string[] {
  const regex = ready(pattern, text, host)
  if (pattern !== '' && text === '') return ['']
  const parts: string[] = []
  let begin = 0
  let end = 0
  for (const match of findAll(regex, text, -1, host)) {
    end = match.start
    if (match.end !== 0) parts.push(text.slice(begin, end))
    begin = match.end
  }
  if (end !== text.length) parts.push(text.slice(begin))
  return parts
}

function replace(text: string, pattern: string, template: string, host: Host): string {
  const regex = ready(pattern, text, host)
  const names = new Map(Object.entries(regex.namedGroups() as Record<string, number>))
  let result = ''
  let at = 0
  for (const match of findAll(regex, text, -1, host)) {
    const piece = text.slice(at, match.start) + expand(template, match, names)
    host.budget.charge(2 * piece.length)
    result += piece
    at = match.end
  }
  return result + text.slice(at)
}

/** `$1`, `$name`, `${name}` and `$$`, as Go expands them. */
function expand(template: string, { groups }: Match, names: ReadonlyMap<string, number>): string {
  return template.replace(/\$(?:\$|(\w+)|\{(\w+)\})/g, (_all, plain: string | undefined, braced: string | undefined) => {
    const name = plain ?? braced
    if (name === undefined) return '$'
    const index = /^\d+$/.test(name) ? Number(name) : names.get(name)
    return index === undefined ? '' : (groups[index] ?? '')
  })
}

/** A template whose delimited parts are patterns and whose other parts are text. */
function matchTemplate(template: string, text: string, open: string, close: string, host: Host): boolean {
  if ([...open].length !== 1 || [...close].length !== 1) throw new BuiltinFailure('delimiters must be single characters')
  let source = '^'
  let depth = 0
  let part = ''
  for (const rune of template) {
    const before = depth
    if (rune === open) depth++
    else if (rune === close) depth--
    if (depth < 0) throw new BuiltinFailure(`unbalanced braces in ${JSON.stringify(template)}`)
    if (before === 0 && depth === 1) source += RE2JS.quote(part)
    else if (before === 1 && depth === 0) source += `(${part})`
    else part += rune
    if (before !== depth && (before === 0 || depth === 0)) part = ''
  }
  if (depth !== 0) throw new BuiltinFailure(`unbalanced braces in ${JSON.stringify(template)}`)
  return matches(`${source}${RE2JS.quote(part)}$`, text, host)
}

function findSome(pattern: string, text: string, limit: Num, host: Host): readonly Match[] {
  return findAll(ready(pattern, text, host), text, smallOperand(limit, 3), host)
}

/** https://www.openpolicyagent.org/docs/policy-reference/builtins/regex */
export const regex = [
  predicate(builtin('regex.is_valid', [string], boolean, isValid)),
  builtin('regex.match', [string, string], boolean, matches),
  deprecated(builtin('re_match', [string, string], boolean, matches)),
  builtin('regex.split', [string, string], array<Value>(string), split),
  builtin('regex.find_n', [string, string, number], array<Value>(string), (pattern, text, limit, host) =>
    findSome(pattern, text, limit, host).map(match => match.groups[0] ?? ''),
  ),
  builtin('regex.find_all_string_submatch_n', [string, string, number], array<Value>(array(string)), (pattern, text, limit, host) =>
    findSome(pattern, text, limit, host).map(match => match.groups.map(group => group ?? '')),
  ),
  builtin('regex.replace', [string, string, string], string, replace),
  builtin('regex.template_match', [string, string, string, string], boolean, matchTemplate),
  builtin('regex.globs_match', [string, string], boolean, globsIntersect),
]
