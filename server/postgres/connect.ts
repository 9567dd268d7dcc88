import { type IsolationLevel, Kysely, PostgresDialect, sql, type Transaction } from 'kysely'
import pg from 'pg'
import { Failure } from '../domain/failure.ts'
import type { Secret } from '../domain/secret.ts'
import type { Database } from './schema.ts'

/** Where a database answers: the embedded server's private socket, or somebody else's server. */
export type DatabaseAddress =
  | { readonly kind: 'socket'; readonly directory: string; readonly port: number; readonly user: string; readonly database: string }
  | {
      readonly kind: 'url'
      readonly url: Secret /** For connections with a state of their own, past a pooler. */
      readonly directUrl: Secret
    }

/** The roles, one of which every transaction switches to. */
type DatabaseRole = 'behavry_app' | 'behavry_journal' | 'behavry_system'

export interface Postgres {
  readonly kysely: Kysely<Database>
  /**
   * A connection of its own, for the journal's writer and for LISTEN: not from the pool, not opened yet. Connecting, and each statement on either side, ends
   * after `deadlineMs`; a statement that ended so on our side leaves the connection in doubt.
   */
  readonly dedicated: (name: string, deadlineMs: number) => pg.Client
  /** Rows of one tenant, by its row-level security. */
  readonly asTenant: <T>(tenantId: string, work: (trx: Transaction<Database>) => Promise<T>) => Promise<T>
  /** Rows of every tenant: for the snapshot, background work and the machine's own operator. */
  readonly asSystem: <T>(work: (trx: Transaction<Database>) => Promise<T>, isolation?: 'read committed' | 'repeatable read') => Promise<T>
  /** The journal's own tables, for slots and heads; its commits go through `journal_commit` instead, in one round trip. */
  readonly asJournal: <T>(work: (trx: Transaction<Database>) => Promise<T>) => Promise<T>
  readonly loginIsSuperuser: () => Promise<boolean>
  readonly close: () => Promise<void>
}

export interface PoolOptions {
  readonly max: number
  /** Told of idle connections that were cut; nothing to be done but log it. */
  readonly onIdleError: (error: Error) => void
  /** Told of each statement and its time; its parameters stay here. */
  readonly onQuery?: (text: string, ms: number) => void
}

/** Everything of ours lives in one schema; raw SQL names it, query builders are given it. */
export const schemaName = 'behavry'

const statementTimeoutMs = 10_000
const connectTimeoutMs = 5_000

/** Opens a pool lazily: nothing is connected until the first query. Queries end after 10 s on either side, also when the server hangs. */
export function openPostgres(address: DatabaseAddress, options: PoolOptions): Postgres {
  const settings = { ...pooledSettings(address), connectionTimeoutMillis: connectTimeoutMs }
  const direct = { ...directSettings(address), connectionTimeoutMillis: connectTimeoutMs, keepAlive: true }
  const pool = new pg.Pool({
    ...settings,
    max: options.max,
    application_name: 'behavry',
    statement_timeout: statementTimeoutMs,
    query_timeout: statementTimeoutMs + 1_000,
  })
  pool.on('error', options.onIdleError)
  const kysely = new Kysely<Database>({
    dialect: new PostgresDialect({ pool }),
    ...(options.onQuery && { log: event => options.onQuery?.(event.query.sql, event.queryDurationMillis) }),
  }).withSchema(schemaName)
  const inRole = <T>(role: DatabaseRole, tenantId: string, work: (trx: Transaction<Database>) => Promise<T>, isolation: IsolationLevel) =>
    kysely
      .transaction()
      .setIsolationLevel(isolation)
      .execute(async trx => {
        await sql`SELECT set_config('role', ${role}, true), set_config('behavry.tenant_id', ${tenantId}, true)`.execute(trx)
        return await work(trx)
      })
      .catch(asUnavailable)
  return {
    kysely,
    dedicated: (name, deadlineMs) =>
      new pg.Client({
        ...direct,
        application_name: `behavry ${name}`,
        connectionTimeoutMillis: deadlineMs,
        statement_timeout: deadlineMs,
        query_timeout: deadlineMs,
      }),
    asTenant: (tenantId, work) => inRole('behavry_app', tenantId, work, 'read committed'),
    asSystem: (work, isolation = 'read committed') => inRole('behavry_system', '', work, isolation),
    asJournal: work => inRole('behavry_journal', '', work, 'read committed'),
    loginIsSuperuser: async () => {
      const { rows } = await sql<{ is: boolean }>`SELECT current_setting('is_superuser')::boolean AS is`
        .execute(kysely)
        .catch(asUnavailable)
      return rows[0]?.is ?? false
    },
    close: () => kysely.destroy(),
  }
}

/** What pg needs to know; `?ssl=` and driver suffixes were already read away by the configuration. */
function pooledSettings(address: DatabaseAddress): pg.ClientConfig {
  return address.kind === 'url' ? { connectionString: address.url.reveal() } : socketSettings(address)
}

function directSettings(address: DatabaseAddress): pg.ClientConfig {
  return address.kind === 'url' ? { connectionString: address.directUrl.reveal() } : socketSettings(address)
}

function socketSettings(address: DatabaseAddress & { readonly kind: 'socket' }): pg.ClientConfig {
  return { host: address.directory, port: address.port, user: address.user, database: address.database }
}

/** A lost connection becomes `database_unavailable`; anything the database *said* stays what it is. */
function asUnavailable(error: unknown): never {
  if (isConnectionError(error)) throw new Failure('database_unavailable', undefined, { cause: error })
  throw error
}

/** SQLSTATE classes 08 (connection), 53 (resources), 57P (shutdown), and everything that is no answer of the server at all. */
function isConnectionError(error: unknown): boolean {
  if (error instanceof Failure) return false
  if (!(error instanceof pg.DatabaseError)) return error instanceof Error && !(error instanceof TypeError) && !(error instanceof RangeError)
  const code = error.code ?? ''
  return code.startsWith('08') || code.startsWith('53') || code.startsWith('57')
}
