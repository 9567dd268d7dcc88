import type { Escalation, Grant } from './approval.ts'
import type { EntryDraft } from './entry.ts'

/**
 * A change that must be true exactly when its record is: it commits in the same transaction. An effect may lose against another
 * process; then the batch is written again with the record that `otherwise` gives in the draft's place, and without the effect.
 */
export type Effect =
  /** Lost when the same digest is already pending; `existing` is that escalation's id. */
  | { readonly kind: 'open_escalation'; readonly escalation: Escalation; readonly otherwise: (existing: string) => EntryDraft }
  /** Lost when the grant is spent, expired or gone. */
  | { readonly kind: 'spend_grant'; readonly tenantId: string; readonly grantId: string; readonly otherwise: () => EntryDraft }
  /** Lost when it is no longer pending, or past its expiry; `existing` is its status. `grant` with an approval only. */
  | {
      readonly kind: 'resolve_escalation'
      readonly tenantId: string
      readonly escalationId: string
      readonly status: 'approved' | 'denied' | 'expired'
      readonly by: string
      readonly note?: string
      readonly grant?: Grant
      readonly otherwise: null
    }

/** Where a durable record stands. */
export interface Recorded {
  readonly id: string
  readonly streamId: string
  readonly seq: number
  readonly hash: string
  /** The effect lost: what the database found instead. Absent when it won or there was none. */
  readonly lost?: { readonly existing?: string }
}

/**
 * The append-only record of everything decided. `append` resolves when the record is on disk, and rejects with `journal_unavailable`
 * (nothing was written, or it is not known) or `record_rejected` (this one record cannot be stored). With an effect whose `otherwise` is null, a
 * lost effect rejects with `conflict` and writes nothing.
 */
export interface Journal {
  readonly append: (draft: EntryDraft, effect?: Effect) => Promise<Recorded>
  /** Rides in the next batch; durable soon, and if never, then the minute's sweep writes `unknown` for its call. Bounded. */
  readonly defer: (draft: EntryDraft) => void
  /** Whether an append would be tried at all. Takes no time. */
  readonly available: () => boolean
}

/** One event as it is read back: the record's own fields, absent ones left out, with its place in the chain. */
export interface JournalEvent {
  readonly id: string
  readonly timestamp: string
  readonly event_type: string
  readonly [field: string]: unknown
}

/** The readable projection of the journal, for operators. */
export interface EventLog {
  /** The last `limit` events, oldest first; with `after`, the first ones behind that event. */
  readonly list: (tenantId: string, limit: number, after?: EventCursor) => Promise<readonly JournalEvent[]>
  readonly find: (tenantId: string, id: string) => Promise<JournalEvent | undefined>
}

/** Where a reader stands: events are read in the order of time, then id. */
export interface EventCursor {
  readonly timestamp: string
  readonly id: string
}
