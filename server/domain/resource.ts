import { Failure } from './failure.ts'
import { isJsonObject, type Json, type JsonObject } from './json.ts'
import { readingsOf } from './location.ts'
import { looksLikePlace } from './place-look.ts'
import { type KeyKind, keyKind } from './resource-keys.ts'
import { wordsOf } from './words.ts'

/** A call that names more is refused: a policy must never see only a part. */
const maxResources = 1000

/** One text of the arguments that says what the call is about, as it was written. `looked`: its key says nothing, it has the look of a place. */
export interface Mention {
  readonly kind: 'place' | 'statement' | 'looked'
  readonly text: string
}

/**
 * Everything a call names: the texts and numbers under path-, file-, url-, query-, table-, channel-, command-like keys, at any
 * depth, in lists and inner objects too, in the order of the arguments, each once; behind them what has the look of a place under keys
 * that say nothing (`looksLikePlace`). A text with two readings gives both (`readingsOf`).
 * Fails with `invalid_params` when there are more than 1000. Depth is bounded by the parser.
 */
export function resourcesOf(args: JsonObject): readonly string[] {
  const told = new Set<string>()
  const looked = new Set<string>()
  visit(args, 'unknown', mention => {
    const found = mention.kind === 'looked' ? looked : told
    for (const reading of readings(mention)) found.add(reading)
    if (told.size + looked.size > maxResources) throw new Failure('invalid_params', `The call names more than ${maxResources} resources.`)
  })
  return looked.size === 0 ? [...told] : [...told.union(looked)]
}

/** What `resourcesOf` reads first, as it was written; nothing when the arguments name nothing. */
export function firstMentionOf(args: JsonObject): Mention | undefined {
  let told: Mention | undefined
  let looked: Mention | undefined
  visit(args, 'unknown', mention => {
    if (mention.kind === 'looked') looked ??= mention
    else told ??= mention
  })
  return told ?? looked
}

type Visitor = (mention: Mention) => void

function visit(value: Json, kind: KeyKind, tell: Visitor): void {
  if (typeof value === 'string' || typeof value === 'number') mention(String(value), kind, tell)
  else if (isJsonObject(value)) visitMembers(value, kind, tell)
  else if (Array.isArray(value)) for (const item of value as readonly Json[]) visit(item, kind, tell)
}

/** Below a telling key every member counts, and so does a key that is itself a path, as in `files: {"/etc/motd": "text"}`. */
function visitMembers(object: JsonObject, kind: KeyKind, tell: Visitor): void {
  for (const key in object) {
    if (kind === 'unknown' || (kind === 'place' && /[/\\~.:]/.test(key))) mention(key, kind, tell)
    const own = keyKind(key)
    visit(object[key] as Json, own === 'unknown' ? kind : own, tell)
  }
}

function mention(text: string, kind: KeyKind, tell: Visitor): void {
  if (kind === 'place' || kind === 'statement') tell({ kind, text })
  else if (kind === 'unknown' && looksLikePlace(text)) tell({ kind: 'looked', text })
}

function readings({ kind, text }: Mention): readonly string[] {
  return kind === 'statement' ? [text.trim()] : readingsOf(text)
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
