import type { Effect } from '../domain/journal.ts'
import type { Head } from './chain.ts'

/** A run of records of one stream, as it is stored: one row. */
export interface Segment {
  readonly streamId: string
  readonly tenantId: string
  readonly firstSeq: number
  readonly lastSeq: number
  readonly previousHash: string
  readonly firstHash: string
  readonly lastHash: string
  /** The records' exact texts, joined by a line feed (canonical JSON holds none). */
  readonly records: string
}

/** An effect as the store sees it: `i` is its record's place in the batch, `eventId` that record's id. */
export interface BatchEffect {
  readonly i: number
  readonly eventId: string
  readonly effect: Effect
}

/** The right to write: a slot, and the epoch under which it was taken. */
export interface Slot {
  readonly slot: number
  readonly epoch: number
}

export interface LostEffect {
  readonly i: number
  readonly existing: string
}

/**
 * How a commit may end, beside well. `lost` and `moved` wrote nothing. `rejected`: the database will not take something in this batch, nothing was
 * written. `unavailable`: it did not answer, and whether the batch was written is not known.
 */
export type CommitResult =
  | { readonly kind: 'committed' }
  | { readonly kind: 'lost'; readonly effects: readonly LostEffect[] }
  | { readonly kind: 'moved' }
  | { readonly kind: 'rejected'; readonly reason: string }
  | { readonly kind: 'unavailable'; readonly reason: string }

/** What group commit needs of the database. One caller, one commit at a time. */
export interface JournalStore {
  /** Takes a slot and gives the heads of its streams. Called at first and after `moved` or `unavailable`; rejects when there is no database. */
  readonly claim: () => Promise<{ readonly slot: Slot; readonly heads: ReadonlyMap<string, Head> }>
  /** Writes segments and effects in one transaction, durable when it resolves. Never rejects. */
  readonly commit: (slot: Slot, segments: readonly Segment[], effects: readonly BatchEffect[]) => Promise<CommitResult>
}
