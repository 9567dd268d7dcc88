import { sql } from 'kysely'
import type { Clock } from '../domain/clock.ts'
import { Failure } from '../domain/failure.ts'
import type { KillSwitch } from '../domain/kill-switch.ts'
import type { Judge } from '../domain/policy.ts'
import { type Snapshot, type SnapshotSource, serverKey, type Tenant } from '../domain/snapshot.ts'
import type { Postgres } from './connect.ts'
import { ownConnection } from './own-connection.ts'
import { toAgent } from './registry/agents.ts'
import { toServer } from './registry/servers.ts'
import type { Transports } from './registry/transports.ts'

/**
 * The snapshot's life: read whole in one consistent transaction, confirmed every 250 ms by reading `change_seq`, replaced at once when that moved.
 * NOTIFY only makes it faster; a process that cannot confirm goes stale and refuses.
 */
export interface LiveSnapshot extends SnapshotSource {
  /** Reads what the database holds now; for a caller who must see its own write. */
  readonly refresh: () => Promise<void>
  readonly close: () => Promise<void>
}

export interface SnapshotOptions {
  readonly clock: Clock
  readonly judge: Judge
  readonly transports: Transports
  /** Switches thrown outside the database: the boot variable. */
  readonly killSwitches: readonly KillSwitch[]
  /** Told when a new snapshot is in force. */
  readonly onSwap: (snapshot: Snapshot) => void
  readonly onFault: (error: unknown) => void
}

const pollMs = 250
/** Longer unconfirmed than this, and calls are refused. */
const staleAfterMs = 2_000

/** Resolves with the first snapshot in force; rejects `database_unavailable`. */
export async function openSnapshot(postgres: Postgres, options: SnapshotOptions): Promise<LiveSnapshot> {
  const { clock } = options
  let confirmedAt = clock.monotonic()
  let snapshot = await readSnapshot(postgres, options)
  let timer: ReturnType<typeof setTimeout> | undefined
  let polling: Promise<void> | undefined
  let again = false
  let closed = false

  /** No answer within the time in which the snapshot goes stale: then another connection is tried. */
  const connection = ownConnection(
    () => postgres.dedicated('snapshot', staleAfterMs).on('notification', () => void poll()),
    client => client.query('LISTEN behavry_change'),
  )

  const confirm = async () => {
    const client = await connection.get()
    const asked = clock.monotonic()
    const { rows } = await client.query<{ seq: string }>({ name: 'change_seq', text: 'SELECT seq FROM behavry.change_seq' })
    if (Number(rows[0]?.seq) !== snapshot.seq) {
      snapshot = await readSnapshot(postgres, options)
      options.onSwap(snapshot)
    }
    confirmedAt = asked
  }

  /** Ends in the same step as its last look at `again`: a cue is either seen here or starts the next. */
  const pollOnce = async () => {
    try {
      do {
        again = false
        await confirm()
      } while (again && !closed)
    } catch (error) {
      connection.drop()
      options.onFault(error)
    }
    polling = undefined
  }

  /** One at a time; a cue that comes while one is under way asks for another, since that one may have looked too early. */
  const poll = async (): Promise<void> => {
    if (closed) return
    if (polling) {
      again = true
      return polling
    }
    polling = pollOnce()
    return polling
  }

  const tick = () => {
    timer = setTimeout(() => void poll().then(() => !closed && tick()), pollMs)
  }
  await poll()
  tick()

  return {
    current: () => {
      if (clock.monotonic() - confirmedAt > staleAfterMs) throw new Failure('snapshot_stale')
      return snapshot
    },
    ageMs: () => clock.monotonic() - confirmedAt,
    refresh: async () => {
      if (polling) again = true
      await poll()
    },
    close: async () => {
      closed = true
      clearTimeout(timer)
      await polling
      await connection.close()
    },
  }
}

async function readSnapshot(postgres: Postgres, options: SnapshotOptions): Promise<Snapshot> {
  return await postgres.asSystem(async trx => {
    const { seq } = await trx.selectFrom('change_seq').select('seq').executeTakeFirstOrThrow()
    const tenants = await trx.selectFrom('tenants').selectAll().execute()
    const agents = await trx.selectFrom('agents').selectAll().execute()
    const servers = await trx.selectFrom('servers').selectAll().execute()
    const settings = await trx.selectFrom('settings').selectAll().where('key', '=', 'strict_outcome').execute()
    const switches = await trx.selectFrom('kill_switches').selectAll().execute()
    const revoked = await trx
      .selectFrom('revocations')
      .select('session_id')
      .where('expires_at', '>', sql<Date>`now() - interval '1 minute'`)
      .execute()
    const strict = new Set(settings.filter(setting => setting.value === true).map(setting => setting.tenant_id))
    return Object.freeze({
      seq: Number(seq),
      tenants: new Map(tenants.map(({ id, slug }): [string, Tenant] => [id, { id, slug, strictOutcome: strict.has(id) }])),
      agents: new Map(agents.map(row => [row.id, toAgent(row)])),
      servers: new Map(servers.map(row => [serverKey(row.tenant_id, row.id), toServer(row, options.transports)])),
      killSwitches: [...options.killSwitches, ...switches.map(toKillSwitch)],
      revokedSessions: new Set(revoked.map(row => row.session_id)),
      judge: options.judge,
    })
  }, 'repeatable read')
}

function toKillSwitch(row: {
  readonly scope: KillSwitch['scope']
  readonly tenant_id: string | null
  readonly target: string | null
  readonly reason: string
}): KillSwitch {
  const { scope, reason } = row
  return { scope, reason, ...(row.tenant_id !== null && { tenantId: row.tenant_id }), ...(row.target !== null && { target: row.target }) }
}
