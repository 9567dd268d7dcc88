import { hostname } from 'node:os'
import type { Clock, Ids } from '../domain/clock.ts'
import type { Log } from '../domain/log.ts'
import { createGroupCommit, type GroupCommitJournal } from '../journal/group-commit.ts'
import { settleUnknown } from '../journal/unknown-outcomes.ts'
import { preparePartitions } from '../postgres/journal/partitions.ts'
import { createProjector, type Projector } from '../postgres/journal/projector.ts'
import { createSegmentStore } from '../postgres/journal/segments.ts'
import { releaseSlot, renewSlot } from '../postgres/journal/slots.ts'
import { createUnsettledSource } from '../postgres/journal/unsettled.ts'
import type { OpenDatabase } from '../postgres/open.ts'
import { every } from './every.ts'

/** The journal with what keeps it: its slot's lease, its projection, and the sweep for calls whose end nobody saw. */
export interface KeptJournal {
  readonly journal: GroupCommitJournal
  readonly projector: Projector
  /** Flushes, then lets go of everything. */
  readonly close: () => Promise<void>
}

const renewEveryMs = 5_000
const sweepEveryMs = 60_000
const partitionsEveryMs = 6 * 3_600_000
/** A call cannot be under way for longer: what was decided before has ended, seen or unseen. */
const longestCallMs = 300_000

/** Opens the journal for writing. Throws `journal_unavailable`. */
export async function openJournal(
  database: OpenDatabase,
  world: { readonly clock: Clock; readonly ids: Ids },
  log: Log,
): Promise<KeptJournal> {
  const { postgres, embedded } = database
  const store = createSegmentStore(postgres, { holder: `${hostname()}:${process.pid}:${world.ids.next()}`, alone: embedded })
  const projector = createProjector(postgres, { onFault: error => log('error', 'projector', { error }) })
  const journal = createGroupCommit(store, {
    ...world,
    onState: (state, detail) => log(state === 'down' ? 'error' : 'info', `journal_${state}`, detail === undefined ? {} : { detail }),
    onCommit: projector.nudge,
  })
  const unsettled = createUnsettledSource(postgres, projector.catchUp)
  const sweep = async (before: number) => {
    const slot = journal.slot()
    if (!slot) return
    const count = await settleUnknown(unsettled, journal, slot.slot, before)
    if (count > 0) log('warn', 'outcomes_unknown', { count })
  }
  const renew = async () => {
    const slot = journal.slot()
    if (slot && !(await renewSlot(postgres, slot))) log('warn', 'journal_slot_lost', { slot: slot.slot })
  }
  const close = async () => {
    await journal.close()
    await projector.close()
    await store.close()
  }
  try {
    await preparePartitions(postgres, world.clock.now())
    await journal.open()
    await sweep(world.clock.now())
  } catch (error) {
    await close()
    throw error
  }
  const jobs = [
    every(renewEveryMs, 'renew_slot', renew, log),
    every(sweepEveryMs, 'settle_unknown', () => sweep(world.clock.now() - longestCallMs), log),
    every(partitionsEveryMs, 'prepare_partitions', () => preparePartitions(postgres, world.clock.now()), log),
  ]
  return {
    journal,
    projector,
    close: async () => {
      await Promise.all(jobs.map(job => job.stop()))
      await journal.flush()
      await projector.catchUp().catch(error => log('error', 'projector', { error }))
      const slot = journal.slot()
      if (slot) await releaseSlot(postgres, slot).catch(error => log('warn', 'journal_slot', { error }))
      await close()
    },
  }
}
