import { Failure } from './failure.ts'
import { isJsonObject, type Json, type JsonObject } from './json.ts'
import { readingsOf } from './location.ts'
import { type KeyKind, keyKind } from './resource-keys.ts'
import { wordsOf } from './words.ts'

/** A call that names more is refused: a policy must never see only a part. */
const maxResources = 1000

/**
 * Everything a call names: the texts and numbers under path-, file-, url-, query-, table-, channel-, command-like keys, at any
 * depth, in lists and inner objects too, in the order of the arguments, each once. A text with two readings gives both (`readingsOf`).
 * Fails with `invalid_params` when there are more than 1000. Depth is bounded by the parser.
 */
export function resourcesOf(args: JsonObject): readonly string[] {
  const found = new Set<string>()
  collect(args, 'unknown', found)
  return [...found]
}

function collect(value: Json, kind: KeyKind, found: Set<string>): void {
  if (typeof value === 'string' || typeof value === 'number') add(String(value), kind, found)
  else if (isJsonObject(value)) collectMembers(value, kind, found)
  else if (Array.isArray(value)) for (const item of value as readonly Json[]) collect(item, kind, found)
}

/** Below a telling key every member counts, and so does a key that is itself a path, as in `files: {"/etc/motd": "text"}`. */
function collectMembers(object: JsonObject, kind: KeyKind, found: Set<string>): void {
  for (const key in object) {
    if (kind === 'place' && /[/\\~.:]/.test(key)) add(key, kind, found)
    const own = keyKind(key)
    collect(object[key] as Json, own === 'unknown' ? kind : own, found)
  }
}

function add(text: string, kind: KeyKind, found: Set<string>): void {
  if (kind === 'place') for (const reading of readingsOf(text)) found.add(reading)
  if (kind === 'statement') found.add(text.trim())
  if (found.size > maxResources) throw new Failure('invalid_params', `The call names more than ${maxResources} resources.`)
}

/** `issue_comment` of `create_issue_comment`: the name without its verb, or the whole name when it is one word. */
export function resourceNounOf(tool: string): string {
  return wordsOf(tool).slice(1).filter(Boolean).join('_') || tool
}

/** Length of the longest list at any depth, or 1. */
export function resourceCountOf(args: JsonObject): number {
  return Math.max(1, longestList(args))
}

function longestList(value: Json): number {
  if (typeof value !== 'object' || value === null) return 0
  const list = Array.isArray(value)
  let longest = list ? value.length : 0
  for (const item of list ? (value as readonly Json[]) : Object.values(value)) longest = Math.max(longest, longestList(item))
  return longest
}
