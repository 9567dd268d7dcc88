import { Failure } from '../domain/failure.ts'
import type { Journal, Recorded } from '../domain/journal.ts'
import type { Pending } from './batch.ts'
import { type BatchWriterOptions, createBatchWriter, refuse } from './batch-writer.ts'
import type { JournalStore, Slot } from './store.ts'

/**
 * Group commit: one writer, one commit under way at a time. A batch is whatever was handed in while the last commit was on its way, so an idle
 * journal waits for nothing and a busy one writes few, large batches; order is kept.
 *
 * A deferred record alone starts no commit at once: it waits `lingerMs` for an awaited one to ride with, which halves the fsyncs of a lone caller.
 */
export interface GroupCommitOptions extends BatchWriterOptions {
  /** Told when the state of the journal changes; `detail` is for the log. */
  readonly onState: (state: JournalState, detail?: string) => void
  readonly maxBatch?: number
  readonly maxPending?: number
  readonly lingerMs?: number
  /** How long a deferred record outlives a journal that is down. After it the sweep writes `unknown` for its call. */
  readonly deferredTtlMs?: number
}

const reopenMs = 200

export type JournalState = 'open' | 'down' | 'closed'

export interface GroupCommitJournal extends Journal {
  /** Takes a slot and opens the journal; rejects with `journal_unavailable`. */
  readonly open: () => Promise<void>
  /** Resolves when everything handed in so far is durable or refused; at once while the journal is down. */
  readonly flush: () => Promise<void>
  /** Flushes, then refuses everything. */
  readonly close: () => Promise<void>
  readonly state: () => JournalState
  /** The slot that is written under, for the lease and the sweep. */
  readonly slot: () => Slot | undefined
}

/** The queue in front of a batch writer. Nothing is taken in before `open`. */
export function createGroupCommit(store: JournalStore, options: GroupCommitOptions): GroupCommitJournal {
  const { clock, maxBatch = 512, maxPending = 20_000, lingerMs = 10, deferredTtlMs = 2_000 } = options
  const writer = createBatchWriter(store, options)
  let state: JournalState = 'down'
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
      const { unwritten, down } = await writer.write(batch)
      putBack(unwritten)
      if (down !== undefined) goDown(down)
    }
    running = undefined
  }

  /** For what was surely not written: whoever waits is told at once, a deferred record is kept a little while for a journal that comes back. */
  const putBack = (batch: readonly Pending[]) => {
    if (batch.length === 0) return
    const oldest = clock.monotonic() - deferredTtlMs
    refuse(batch, 'journal_unavailable')
    pending = [...batch.filter(item => !item.settle && item.since > oldest), ...pending]
  }

  const goDown = (reason: string) => {
    writer.forget()
    enter('down', reason)
    const waiting = pending
    pending = []
    putBack(waiting)
    if (state === 'down') reopening ??= setTimeout(reopen, reopenMs)
  }

  const reopen = async () => {
    reopening = undefined
    if (state !== 'down') return
    try {
      await writer.claim()
    } catch (error) {
      return goDown(String(error))
    }
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
      try {
        await writer.claim()
      } catch (cause) {
        throw new Failure('journal_unavailable', undefined, { cause })
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
    slot: writer.slot,
  }
}
