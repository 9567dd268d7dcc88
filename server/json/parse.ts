import type { Json } from '../domain/json.ts'
import { checkFoldedKeys, checkKey } from './key-rules.ts'
import { readNumber } from './read-number.ts'
import { readString } from './read-string.ts'
import { nextCode, type Reader, refusal } from './reader.ts'

/** Containers nested this deep and no deeper keep their text: envelope, params, arguments. */
const textDepth = 3
/** Above this the runtime's own stack would be the limit. */
const deepest = 1024

export interface ParseLimits {
  /** Containers within containers; `[]` is 1. 128 unless told, at most 1024. */
  readonly maxDepth?: number
  /** Down to this depth two keys must differ by more than case. 3 unless told; 0 switches it off. */
  readonly foldDepth?: number
  /**
   * Numbers that no double holds exactly: refused unless told, since whoever is asked to decide must see the number that is sent. `keep` is for what is only looked through
   * and passed on: such a number becomes an object that `JSON.stringify` writes as the text it was.
   */
  readonly inexact?: 'refuse' | 'keep'
}

export interface ParsedJson {
  readonly value: Json
  readonly text: string
  /** The text of an object or array that lies at depth ≤ 3 (the root is 1), by identity; else undefined. */
  readonly textOf: (node: object) => string | undefined
}

/**
 * Parses RFC 8259, strictly: whoever reads the same text, with whichever parser, sees what we saw. Objects have no prototype. Fails with
 * `parse_error`, `duplicate_key`, `too_deep`, `inexact_number`, or `invalid_request` (a key with NUL or half a surrogate pair);
 * details hold the offset in UTF-16 code units, never the text. Time and memory grow with the text only.
 */
export function parseJson(text: string, limits: ParseLimits = {}): ParsedJson {
  const maxDepth = Math.min(limits.maxDepth ?? 128, deepest)
  const reader: Reader = {
    text,
    maxDepth,
    foldDepth: limits.foldDepth ?? 3,
    keepsLexemes: limits.inexact === 'keep',
    at: 0,
    nodes: [],
    spans: [],
  }
  const value = readValue(reader, nextCode(reader), 1)
  if (nextCode(reader) !== -1) throw refusal('parse_error', reader.at)
  return { value, text, textOf: node => textOf(reader, node) }
}

function textOf(reader: Reader, node: object): string | undefined {
  const index = reader.nodes.indexOf(node)
  return index < 0 ? undefined : reader.text.slice(reader.spans[2 * index], reader.spans[2 * index + 1])
}

function readValue(reader: Reader, code: number, depth: number): Json {
  if (code === 0x22) return readString(reader)
  if (code === 0x7b) return readObject(reader, depth)
  if (code === 0x5b) return readArray(reader, depth)
  if (code === 0x74) return readWord(reader, 'true', true)
  if (code === 0x66) return readWord(reader, 'false', false)
  if (code === 0x6e) return readWord(reader, 'null', null)
  return readNumber(reader)
}

function readWord<T>(reader: Reader, word: string, value: T): T {
  if (!reader.text.startsWith(word, reader.at)) throw refusal('parse_error', reader.at)
  reader.at += word.length
  return value
}

function readArray(reader: Reader, depth: number): Json {
  const start = enter(reader, depth)
  const list: Json[] = []
  let code = nextCode(reader)
  while (code !== 0x5d || list.length > 0) {
    list.push(readValue(reader, code, depth + 1))
    if (endsAfter(reader, 0x5d)) return leave(reader, list, start, depth)
    code = nextCode(reader)
  }
  reader.at++
  return leave(reader, list, start, depth)
}

function readObject(reader: Reader, depth: number): Json {
  const start = enter(reader, depth)
  const object: Record<string, Json> = Object.create(null)
  let code = nextCode(reader)
  let more = code !== 0x7d
  if (!more) reader.at++
  while (more) {
    readMember(reader, object, code, depth)
    more = !endsAfter(reader, 0x7d)
    if (more) code = nextCode(reader)
  }
  if (depth <= reader.foldDepth) checkFoldedKeys(object, start)
  return leave(reader, object, start, depth)
}

function readMember(reader: Reader, object: Record<string, Json>, code: number, depth: number): void {
  const offset = reader.at
  if (code !== 0x22) throw refusal('parse_error', offset)
  const key = readString(reader)
  checkKey(key, offset)
  if (object[key] !== undefined) throw refusal('duplicate_key', offset)
  if (nextCode(reader) !== 0x3a) throw refusal('parse_error', reader.at)
  reader.at++
  object[key] = readValue(reader, nextCode(reader), depth + 1)
}

function enter(reader: Reader, depth: number): number {
  if (depth > reader.maxDepth) throw refusal('too_deep', reader.at)
  return reader.at++
}

function leave<T extends object>(reader: Reader, node: T, start: number, depth: number): T {
  if (depth <= textDepth) {
    reader.nodes.push(node)
    reader.spans.push(start, reader.at)
  }
  return node
}

/** After an element: true behind the closing bracket, false behind a comma. */
function endsAfter(reader: Reader, closing: number): boolean {
  const code = nextCode(reader)
  if (code !== closing && code !== 0x2c) throw refusal('parse_error', reader.at)
  reader.at++
  return code === closing
}
