import type { EntryDraft } from '../domain/entry.ts'
import type { Effect, Recorded } from '../domain/journal.ts'
import { type ChainWorld, chain, emptyHead, type Head, streamIdOf } from './chain.ts'
import type { BatchEffect, LostEffect, Segment } from './store.ts'

/** One caller's wish to have something recorded. */
export interface Pending {
  readonly draft: EntryDraft
  readonly effect?: Effect
  readonly lost?: { readonly existing?: string }
  /** Absent for a deferred record: nobody waits. */
  readonly settle?: { readonly resolve: (recorded: Recorded) => void; readonly reject: (error: Error) => void }
  /** Monotonic milliseconds at which it was handed in. */
  readonly since: number
}

/** A batch as it goes to the store, and what to tell whom once it is there. */
export interface Batch {
  readonly segments: readonly Segment[]
  readonly effects: readonly BatchEffect[]
  /** Same order as the pending ones it was made of. */
  readonly recorded: readonly Recorded[]
  /** Heads after the batch, of the streams it touches. */
  readonly heads: ReadonlyMap<string, Head>
}

interface Run {
  readonly tenantId: string
  readonly before: Head
  readonly texts: string[]
  firstHash: string
  head: Head
}

/** Chains pending records, in order, onto the heads given: one segment a stream. */
export function makeBatch(pending: readonly Pending[], slot: number, heads: ReadonlyMap<string, Head>, world: ChainWorld): Batch {
  const runs = new Map<string, Run>()
  const effects: BatchEffect[] = []
  const now = world.clock.now()
  const recorded = pending.map((item, i): Recorded => {
    const tenantId = item.draft.tenant_id
    const streamId = streamIdOf(slot, tenantId)
    const run = runs.get(streamId) ?? startRun(runs, streamId, tenantId, heads.get(streamId) ?? emptyHead)
    const record = chain(item.draft, world.ids.next(), streamId, run.head, now)
    if (run.texts.length === 0) run.firstHash = record.head.hash
    run.texts.push(record.text)
    run.head = record.head
    if (item.effect) effects.push({ i, eventId: record.id, effect: item.effect })
    const place = { id: record.id, streamId, seq: record.head.seq, hash: record.head.hash }
    return item.lost ? { ...place, lost: item.lost } : place
  })
  return { segments: [...runs].map(toSegment), effects, recorded, heads: new Map([...runs].map(([id, run]) => [id, run.head])) }
}

function startRun(runs: Map<string, Run>, streamId: string, tenantId: string, before: Head): Run {
  const run: Run = { tenantId, before, texts: [], firstHash: before.hash, head: before }
  runs.set(streamId, run)
  return run
}

function toSegment([streamId, run]: [string, Run]): Segment {
  return {
    streamId,
    tenantId: run.tenantId,
    firstSeq: run.before.seq + 1,
    lastSeq: run.head.seq,
    previousHash: run.before.hash,
    firstHash: run.firstHash,
    lastHash: run.head.hash,
    records: run.texts.join('\n'),
  }
}

/**
 * The batch to try next after effects were lost: each loser with the record that stands for its loss and without its effect. Losers that have none
 * are given back in `refused`.
 */
export function withoutLosers(
  pending: readonly Pending[],
  lost: readonly LostEffect[],
): { readonly next: readonly Pending[]; readonly refused: readonly (readonly [Pending, string])[] } {
  const byPlace = new Map(lost.map(effect => [effect.i, effect.existing]))
  const next: Pending[] = []
  const refused: (readonly [Pending, string])[] = []
  for (const [i, item] of pending.entries()) {
    const existing = byPlace.get(i)
    if (existing === undefined) next.push(item)
    else if (!item.effect?.otherwise) refused.push([item, existing])
    else
      next.push({
        draft: item.effect.otherwise(existing),
        lost: { existing },
        ...(item.settle && { settle: item.settle }),
        since: item.since,
      })
  }
  return { next, refused }
}
