import type pg from 'pg'
import type { Postgres } from '../connect.ts'

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

const segmentsPerRound = 200
const retryMs = 1_000

/** Runs `journal_project` on a connection of its own, so that it never stands in the journal's way. Restartable at any point: the database keeps the position. */
export function createProjector(postgres: Postgres, options: ProjectorOptions): Projector {
  const { delayMs = 200, onFault } = options
  let client: pg.Client | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let round: Promise<void> | undefined
  let closed = false

  const connected = async (): Promise<pg.Client> => {
    if (client) return client
    const next = postgres.dedicated('projector')
    next.on('error', () => {
      client = undefined
    })
    await next.connect()
    client = next
    return next
  }

  const project = async () => {
    const connection = await connected()
    for (;;) {
      const { rows } = await connection.query<{ count: string }>({
        name: 'journal_project',
        text: 'SELECT behavry.journal_project($1) AS count',
        values: [segmentsPerRound],
      })
      if (rows[0]?.count === '0' || closed) return
    }
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

  const start = (): Promise<void> => {
    round ??= project().finally(() => {
      round = undefined
    })
    return round
  }

  return {
    nudge: () => schedule(delayMs),
    catchUp: async () => {
      // A round under way may have looked before the last commit: only one that begins now has surely seen it.
      if (round) await round
      await start()
    },
    close: async () => {
      closed = true
      clearTimeout(timer)
      await round?.catch(onFault)
      await client?.end()
    },
  }
}
