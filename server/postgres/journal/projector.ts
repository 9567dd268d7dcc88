import type { Postgres } from '../connect.ts'
import { ownConnection } from '../own-connection.ts'

/** Keeps `audit_events` within a second of the journal. */
export interface Projector {
  /** There is something new; cheap, called after each commit. */
  readonly nudge: () => void
  /** Resolves when everything committed before the call can be read in `audit_events`. */
  readonly catchUp: () => Promise<void>
  readonly close: () => Promise<void>
}

export interface ProjectorOptions {
  /** How long to gather commits before projecting them: large rounds cost the database less than many small ones. */
  readonly delayMs?: number
  readonly onFault: (error: unknown) => void
}

const segmentsPerRound = 100
const roundDeadlineMs = 30_000
const retryMs = 1_000

/** Runs `journal_project` on a connection of its own, so that it never stands in the journal's way. Restartable at any point: the database keeps the position. */
export function createProjector(postgres: Postgres, options: ProjectorOptions): Projector {
  const { delayMs = 200, onFault } = options
  const connection = ownConnection(() => postgres.dedicated('projector', roundDeadlineMs))
  let timer: ReturnType<typeof setTimeout> | undefined
  let round: Promise<void> | undefined
  let next: Promise<void> | undefined
  let closed = false

  const project = async (wait: boolean) => {
    try {
      while (!closed && (await projectSome(wait)) > 0);
    } catch (error) {
      connection.drop()
      throw error
    }
  }

  const projectSome = async (wait: boolean): Promise<number> => {
    const client = await connection.get()
    const text = 'SELECT behavry.journal_project($1, $2) AS count'
    const { rows } = await client.query<{ count: string }>({ name: 'journal_project', text, values: [segmentsPerRound, wait] })
    return Number(rows[0]?.count)
  }

  const schedule = (ms: number) => {
    if (closed) return
    timer ??= setTimeout(() => {
      timer = undefined
      start().catch(error => {
        onFault(error)
        schedule(retryMs)
      })
    }, ms)
  }

  const start = (wait = false): Promise<void> => {
    round ??= project(wait).finally(() => {
      round = undefined
    })
    return round
  }

  /** A round under way may have looked before the last commit, and passes over what another process is at: only one that begins now has surely seen everything. */
  const catchUp = async () => {
    await round?.catch(() => undefined)
    next = undefined
    await start(true)
  }

  return {
    nudge: () => schedule(delayMs),
    catchUp: () => {
      next ??= catchUp()
      return next
    },
    close: async () => {
      closed = true
      clearTimeout(timer)
      await (next ?? round)?.catch(onFault)
      await connection.close()
    },
  }
}
