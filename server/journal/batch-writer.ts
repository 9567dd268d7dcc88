import { Failure } from '../domain/failure.ts'
import type { Recorded } from '../domain/journal.ts'
import { type Batch, makeBatch, type Pending, withoutLosers } from './batch.ts'
import type { ChainWorld, Head } from './chain.ts'
import type { JournalStore, Slot } from './store.ts'

/** What became of a batch, beside what its callers were told. */
export interface Written {
  /** Surely not written, and nobody has been told: whoever handed them in decides. */
  readonly unwritten: readonly Pending[]
  /** The database is in doubt, and why. */
  readonly down?: string
}

/** Puts batches into the store under a slot, one at a time, and tells each caller how its own record fared. */
export interface BatchWriter {
  /** Takes a slot and reads its heads. Rejects when there is no database. */
  readonly claim: () => Promise<void>
  /** Gives up the slot in mind only: what was last written is in doubt. */
  readonly forget: () => void
  readonly slot: () => Slot | undefined
  /** Never rejects. */
  readonly write: (batch: readonly Pending[]) => Promise<Written>
}

export interface BatchWriterOptions extends ChainWorld {
  /** Told after each commit: the projector's cue. */
  readonly onCommit: (records: number) => void
}

/** How often one batch may find that another process moved its stream before it is given back. */
const maxClaims = 3

const allDone: Written = { unwritten: [] }

/** A writer without a slot: `claim` comes first. */
export function createBatchWriter(store: JournalStore, options: BatchWriterOptions): BatchWriter {
  let claimed: { readonly slot: Slot; readonly heads: Map<string, Head> } | undefined

  const claim = async () => {
    const { slot, heads } = await store.claim()
    claimed = { slot, heads: new Map(heads) }
  }

  const write = async (batch: readonly Pending[], claims = maxClaims): Promise<Written> => {
    if (batch.length === 0) return allDone
    if (!claimed) return { unwritten: batch }
    const { slot, heads } = claimed
    const made = chained(batch, slot.slot, heads)
    if ('reason' in made) return await bisect(batch, made.reason)
    const result = await store.commit(slot, made.segments, made.effects)
    switch (result.kind) {
      case 'committed':
        for (const [streamId, head] of made.heads) heads.set(streamId, head)
        for (const [i, item] of batch.entries()) item.settle?.resolve(made.recorded[i] as Recorded)
        options.onCommit(batch.length)
        return allDone
      case 'lost': {
        const { next, refused } = withoutLosers(batch, result.effects)
        for (const [item, existing] of refused) item.settle?.reject(new Failure('conflict', undefined, { details: { existing } }))
        return await write(next, claims)
      }
      case 'moved':
        return claims === 0 ? { unwritten: batch } : await writeAnew(batch, claims - 1)
      case 'rejected':
        return await bisect(batch, result.reason)
      case 'unavailable':
        refuse(batch, 'journal_unavailable', result.reason)
        return { unwritten: [], down: result.reason }
    }
  }

  const writeAnew = async (batch: readonly Pending[], claims: number): Promise<Written> => {
    try {
      await claim()
    } catch (error) {
      return { unwritten: batch, down: String(error) }
    }
    return await write(batch, claims)
  }

  /** Finds the record that cannot be stored: only its caller is refused. */
  const bisect = async (batch: readonly Pending[], reason: string): Promise<Written> => {
    if (batch.length === 1) {
      refuse(batch, 'record_rejected', reason)
      return allDone
    }
    const middle = batch.length >> 1
    const first = await write(batch.slice(0, middle))
    if (first.down !== undefined) return { ...first, unwritten: [...first.unwritten, ...batch.slice(middle)] }
    const second = await write(batch.slice(middle))
    return { ...second, unwritten: [...first.unwritten, ...second.unwritten] }
  }

  /** A draft that cannot be written as JSON is a bug of its maker, and costs its maker's call only. */
  const chained = (batch: readonly Pending[], slot: number, heads: ReadonlyMap<string, Head>): Batch | { readonly reason: string } => {
    try {
      return makeBatch(batch, slot, heads, options)
    } catch (error) {
      return { reason: String(error) }
    }
  }

  return {
    claim,
    forget: () => {
      claimed = undefined
    },
    slot: () => claimed?.slot,
    write: batch => write(batch),
  }
}

/** Tells whoever waits for these records that they are not written. */
export function refuse(batch: readonly Pending[], code: 'journal_unavailable' | 'record_rejected', reason?: string): void {
  for (const item of batch) item.settle?.reject(new Failure(code, undefined, { cause: reason }))
}
