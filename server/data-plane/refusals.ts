import type { Clock } from '../domain/clock.ts'
import type { FailureCode } from '../domain/failure.ts'
import type { Journal } from '../domain/journal.ts'

/** Who was refused what: an agent by id where it is known, else the peer's address. */
export interface RefusalNote {
  readonly tenantId: string
  readonly agentId?: string
  readonly address: string
  readonly code: FailureCode
  readonly method: string
  readonly serverId: string
}

/**
 * Requests that were turned away before there was a call to judge. The first of a kind is recorded at once; the rest of its minute as one record with
 * a count, so that nobody fills the disk from outside.
 */
export interface Refusals {
  readonly note: (note: RefusalNote) => void
  /** Writes the counts that stand; at the end of a minute and before stopping. */
  readonly flush: () => void
}

interface Tally {
  readonly note: RefusalNote
  readonly since: number
  more: number
}

const windowMs = 60_000
/** Kinds of refusal told apart in one minute; beyond them all share one, so that memory stays bounded under a flood of addresses. */
const maxKinds = 5_000

/** Bounded by the kinds of refusal in one minute; `flush` is to be called about once a minute. */
export function createRefusals(journal: Journal, clock: Clock): Refusals {
  const tallies = new Map<string, Tally>()

  const write = (note: RefusalNote, count: number) => {
    journal.defer({
      tenant_id: note.tenantId,
      event_type: 'request.refused',
      ...(note.agentId !== undefined && { agent_id: note.agentId }),
      mcp_server: note.serverId,
      error: note.code,
      extra: { address: note.address, count, method: note.method },
    })
  }

  const close = (key: string, tally: Tally) => {
    tallies.delete(key)
    if (tally.more > 0) write(tally.note, tally.more)
  }

  return {
    note: note => {
      const crowded = tallies.size >= maxKinds && !tallies.has(keyOf(note))
      const counted = crowded ? inCrowd(note) : note
      const key = keyOf(counted)
      const tally = tallies.get(key)
      if (tally && clock.monotonic() - tally.since < windowMs) {
        tally.more++
        return
      }
      if (tally) close(key, tally)
      tallies.set(key, { note: counted, since: clock.monotonic(), more: 0 })
      write(counted, 1)
    },
    flush: () => {
      for (const [key, tally] of [...tallies]) close(key, tally)
    },
  }
}

function keyOf({ agentId, address, code }: RefusalNote): string {
  return `${agentId ?? address} ${code}`
}

/** Whoever comes when too many kinds are told apart already: only the reason is kept, so that these add no more kinds than there are reasons. */
function inCrowd({ tenantId, code, method }: RefusalNote): RefusalNote {
  return { tenantId, code, method, address: 'many', serverId: '' }
}
