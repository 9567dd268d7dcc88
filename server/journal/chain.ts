import type { Clock, Ids } from '../domain/clock.ts'
import type { Entry, EntryDraft } from '../domain/entry.ts'
import { sha256Hex } from '../json/digest.ts'
import { entryText } from './entry-text.ts'

/** What the first record of a stream links to. */
export const genesis = 'GENESIS'

/** Where a stream stands: the last record's number and hash; `{ seq: 0, hash: GENESIS }` before the first. */
export interface Head {
  readonly seq: number
  readonly hash: string
}

/** Before the first record. */
export const emptyHead: Head = { seq: 0, hash: genesis }

/** The hash of a record: SHA-256, in hex, over its stored text followed by the hash before it. */
export function linkHash(text: string, previousHash: string): string {
  return sha256Hex(text + previousHash)
}

/** A draft made into the next record of its stream: stored text and new head. */
export interface ChainedRecord {
  readonly id: string
  readonly text: string
  readonly head: Head
}

/** Numbers, dates and links one draft. `id` is given because effects of the same batch name it. */
export function chain(draft: EntryDraft, id: string, streamId: string, head: Head, now: number): ChainedRecord {
  const seq = head.seq + 1
  const entry: Entry = { ...draft, v: 1, id, stream_id: streamId, seq, timestamp: new Date(now).toISOString() }
  const text = storable(entryText(entry))
  return { id, text, head: { seq, hash: linkHash(text, head.hash) } }
}

/** The stream of one tenant in one writer's slot. */
export function streamIdOf(slot: number, tenantId: string): string {
  return `${slot}.${tenantId}`
}

/**
 * PostgreSQL's jsonb holds neither U+0000 nor lone surrogates. Canonical JSON writes both as `\uXXXX`; a second backslash turns them into visible
 * text, so that what a hostile agent sent stays readable and the record stays storable.
 */
function storable(text: string): string {
  if (!text.includes('\\u0000') && !text.includes('\\ud')) return text
  return text.replace(/(?<!\\)((?:\\\\)*)\\(u0000|ud[89a-f][0-9a-f]{2})/g, '$1\\\\$2')
}

/** What chaining needs of the world. */
export interface ChainWorld {
  readonly clock: Clock
  readonly ids: Ids
}
