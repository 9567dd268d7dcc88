import { Failure } from '../domain/failure.ts'
import type { Journal, Recorded } from '../domain/journal.ts'
import { type Batch, makeBatch, type Pending, withoutLosers } from './batch.ts'
import type { ChainWorld, Head } from './chain.ts'
import type { JournalStore, Slot } from './store.ts'

/**
 * Group commit: one writer, one commit under way at a time. A batch is whatever was handed in while the last commit was on its way, so an idle
 * journal waits for nothing and a busy one writes few, large batches; order is kept.
 *
 * A deferred record alone starts no commit at once: it waits `lingerMs` for an awaited one to ride with, which halves the fsyncs of a lone caller.
 */
export interface GroupCommitOptions extends ChainWorld {
  /** Told when the state of the journal changes; `detail` is for the log. */
  readonly onState: (state: JournalState, detail?: string) => void
  /** Told after each commit: the projector's cue. */
  readonly onCommit: (records: number) => void
  readonly maxBatch?: number
  readonly maxPending?: number
  readonly lingerMs?: number
  /** How long a deferred record outlives a journal that is down. After it the sweep writes `unknown` for its call. */
  readonly deferredTtlMs?: number
}

/** How often one batch may find that another process moved its stream before it is refused. */
const maxClaims = 3

export type JournalState = 'open' | 'down' | 'closed'

export interface GroupCommitJournal extends Journal {
  /** Takes a slot and opens the journal; rejects with `journal_unavailable`. */
  readonly open: () => Promise<void>
  /** Resolves when everything handed in so far is durable or refused. */
  readonly flush: () => Promise<void>
  /** Flushes, then refuses everything. */
  readonly close: () => Promise<void>
  readonly state: () => JournalState
  /** The slot that is written under, for the lease and the sweep. */
  readonly slot: () => Slot | undefined
}

interface Claimed {
  readonly slot: Slot
  readonly heads: Map<string, Head>
}

export function createGroupCommit(store: JournalStore, options: GroupCommitOptions): GroupCommitJournal {
  const { clock, maxBatch = 512, maxPending = 20_000, lingerMs = 10, deferredTtlMs = 2_000 } = options
  let state: JournalState = 'down'
  let claimed: Claimed | undefined
  let pending: Pending[] = []
  let running: Promise<void> | undefined
  let linger: ReturnType<typeof setTimeout> | undefined
  let reopening: ReturnType<typeof setTimeout> | undefined

  const enter = (next: JournalState, detail?: string) => {
    if (state === next || state === 'closed') return
    state = next
    options.onState(next, detail)
  }

  const run = (): Promise<void> => {
    clearTimeout(linger)
    linger = undefined
    if (!running && pending.length > 0 && state === 'open') running = drain()
    return running ?? Promise.resolve()
  }

  /** Ends in the same step as its last look at `pending`: a record handed in is either seen here or starts the next run. */
  const drain = async () => {
    while (pending.length > 0 && state === 'open') {
      const batch = pending.length > maxBatch ? pending.slice(0, maxBatch) : pending
      pending = pending.length > maxBatch ? pending.slice(maxBatch) : []
      await commit(batch).catch(error => refuse(batch, 'record_rejected', String(error)))
    }
    running = undefined
  }

  const commit = async (batch: readonly Pending[], tries = maxClaims): Promise<void> => {
    if (batch.length === 0) return
    if (state !== 'open' || !claimed) return putBack(batch)
    const { slot, heads } = claimed
    const made = chained(batch, slot.slot, heads)
    if ('reason' in made) return bisect(batch, made.reason)
    const result = await store.commit(slot, made.segments, made.effects)
    switch (result.kind) {
      case 'committed':
        for (const [streamId, head] of made.heads) heads.set(streamId, head)
        for (const [i, item] of batch.entries()) item.settle?.resolve(made.recorded[i] as Recorded)
        return options.onCommit(batch.length)
      case 'lost': {
        const { next, refused } = withoutLosers(batch, result.effects)
        for (const [item, existing] of refused) item.settle?.reject(new Failure('conflict', undefined, { details: { existing } }))
        return commit(next)
      }
      case 'moved':
        return tries > 0 && (await reclaim()) ? commit(batch, tries - 1) : putBack(batch)
      case 'rejected':
        return bisect(batch, result.reason)
      case 'unavailable':
        refuse(batch, 'journal_unavailable')
        return goDown(result.reason)
    }
  }

  /** A draft that cannot be written as JSON is a bug of its maker, and costs its maker's call only. */
  const chained = (batch: readonly Pending[], slot: number, heads: ReadonlyMap<string, Head>): Batch | { readonly reason: string } => {
    try {
      return makeBatch(batch, slot, heads, options)
    } catch (error) {
      return { reason: String(error) }
    }
  }

  const bisect = async (batch: readonly Pending[], reason: string): Promise<void> => {
    if (batch.length === 1) return refuse(batch, 'record_rejected', reason)
    const middle = batch.length >> 1
    await commit(batch.slice(0, middle))
    await commit(batch.slice(middle))
  }

  const refuse = (batch: readonly Pending[], code: 'journal_unavailable' | 'record_rejected', reason?: string) => {
    for (const item of batch) item.settle?.reject(new Failure(code, undefined, { cause: reason }))
  }

  /** For what was surely not written: whoever waits is told at once, a deferred record is kept a little while for a journal that comes back. */
  const putBack = (batch: readonly Pending[]) => {
    const oldest = clock.monotonic() - deferredTtlMs
    refuse(batch, 'journal_unavailable')
    pending = [...batch.filter(item => !item.settle && item.since > oldest), ...pending]
  }

  const reclaim = async (): Promise<boolean> => {
    try {
      const { slot, heads } = await store.claim()
      claimed = { slot, heads: new Map(heads) }
      return true
    } catch (error) {
      goDown(error instanceof Error ? error.message : String(error))
      return false
    }
  }

  const goDown = (reason: string) => {
    claimed = undefined
    enter('down', reason)
    const waiting = pending
    pending = []
    putBack(waiting)
    if (state === 'down') reopening ??= setTimeout(reopen, 200)
  }

  const reopen = async () => {
    reopening = undefined
    if (state !== 'down' || !(await reclaim())) return
    enter('open')
    void run()
  }

  const accept = (item: Pending) => {
    pending.push(item)
    if (running || state !== 'open') return
    if (item.settle) void run()
    else linger ??= setTimeout(run, lingerMs)
  }

  return {
    open: async () => {
      if (!(await reclaim())) {
        clearTimeout(reopening)
        throw new Failure('journal_unavailable')
      }
      enter('open')
    },
    append: (draft, effect) => {
      if (state !== 'open' || pending.length >= maxPending) return Promise.reject(new Failure('journal_unavailable'))
      return new Promise<Recorded>((resolve, reject) => {
        accept({ draft, ...(effect && { effect }), settle: { resolve, reject }, since: clock.monotonic() })
      })
    },
    defer: draft => {
      if (state !== 'closed' && pending.length < maxPending) accept({ draft, since: clock.monotonic() })
    },
    available: () => state === 'open' && pending.length < maxPending,
    flush: () => run(),
    close: async () => {
      await run()
      clearTimeout(reopening)
      enter('closed')
      refuse(pending, 'journal_unavailable')
      pending = []
    },
    state: () => state,
    slot: () => claimed?.slot,
  }
}
