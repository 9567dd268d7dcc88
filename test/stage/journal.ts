import { afterAll } from 'bun:test'
import type { EntryDraft } from '../../server/domain/entry.ts'
import { Failure } from '../../server/domain/failure.ts'
import { defaultTenantId } from '../../server/domain/snapshot.ts'
import { createGroupCommit, type GroupCommitJournal, type GroupCommitOptions } from '../../server/journal/group-commit.ts'
import type { CommitResult } from '../../server/journal/store.ts'
import type { Postgres } from '../../server/postgres/connect.ts'
import { createProjector } from '../../server/postgres/journal/projector.ts'
import { createSegmentStore, type SegmentStoreOptions } from '../../server/postgres/journal/segments.ts'

/** A journal over a real database, and what happened to it. */
export interface Writer {
  readonly journal: GroupCommitJournal
  /** How each commit ended, in order. */
  readonly commits: CommitResult['kind'][]
  readonly states: string[]
  /** Projects everything committed so far. */
  readonly catchUp: () => Promise<void>
  readonly close: () => Promise<void>
}

export const world = {
  clock: { now: Date.now, monotonic: () => performance.now() },
  ids: { next: () => Bun.randomUUIDv7() },
}

let writers = 0

export async function openWriter(
  postgres: Postgres,
  options: Partial<SegmentStoreOptions & Pick<GroupCommitOptions, 'maxBatch' | 'lingerMs' | 'clock'>> = {},
): Promise<Writer> {
  writers += 1
  const { holder = `writer ${writers}`, alone = false, deadlineMs, ...rest } = options
  const commits: CommitResult['kind'][] = []
  const states: string[] = []
  const store = createSegmentStore(postgres, { holder, alone, ...(deadlineMs !== undefined && { deadlineMs }) })
  const counted: typeof store = {
    ...store,
    commit: async (...args) => {
      const result = await store.commit(...args)
      commits.push(result.kind)
      return result
    },
  }
  const projector = createProjector(postgres, { onFault: () => undefined })
  const journal = createGroupCommit(counted, { ...world, onState: state => states.push(state), onCommit: () => undefined, ...rest })
  await journal.open()
  let closed = false
  const close = async () => {
    if (closed) return
    closed = true
    await journal.close()
    await projector.close()
    await store.close()
  }
  afterAll(close)
  return { journal, commits, states, catchUp: projector.catchUp, close }
}

/** The smallest record there is, told apart by `n`. */
export function draft(n: number, tenantId: string = defaultTenantId): EntryDraft {
  return { tenant_id: tenantId, event_type: 'mcp.request', extra: { n } }
}

/** The code with which something was refused; throws when it was not. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
  } catch (error) {
    if (error instanceof Failure) return error.code
    throw error
  }
  throw new Error('It was not refused.')
}

/** Settles when `holds` does; fails after 10 s. */
export async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadline = performance.now() + 10_000; performance.now() < deadline; await Bun.sleep(10)) if (await holds()) return
  throw new Error('It did not come about within 10 s.')
}
