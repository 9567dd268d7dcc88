import { Failure } from '../domain/failure.ts'
import type { Secret } from '../domain/secret.ts'
import { type DatabaseAddress, openPostgres, type Postgres } from './connect.ts'
import { findEmbedded, startEmbedded } from './embedded/embedded.ts'

export interface DatabaseOptions {
  /** An external server; absent: the embedded one under the data directory. */
  readonly url?: Secret
  /** Past a transaction pooler; `url` when absent. */
  readonly directUrl?: Secret
  readonly dataDir: string
  readonly binDir?: string
  readonly poolSize: number
  readonly onFault: (detail: string, error?: Error) => void
  readonly onQuery?: (text: string, ms: number) => void
}

export interface OpenDatabase {
  readonly postgres: Postgres
  /** Embedded: no other process can be using it. */
  readonly embedded: boolean
  /** Closes the pool, and stops the embedded server where this process started it. */
  readonly close: () => Promise<void>
}

/** Connections that are not in the pool: journal, projector, snapshot. */
const dedicatedConnections = 3

/** Opens the database of a server, starting the embedded one where there is no other. */
export async function openDatabase(options: DatabaseOptions): Promise<OpenDatabase> {
  if (options.url) return external(options, options.url)
  const connections = options.poolSize + dedicatedConnections
  const server = await startEmbedded({
    dataDir: options.dataDir,
    ...(options.binDir !== undefined && { binDir: options.binDir }),
    connections,
    onExit: detail => options.onFault(detail),
  })
  const postgres = connect(options, {
    kind: 'socket',
    directory: server.socketDir,
    port: server.port,
    user: server.user,
    database: server.database,
  })
  return {
    postgres,
    embedded: true,
    close: async () => {
      await postgres.close()
      await server.stop()
    },
  }
}

/** Opens the database for a command that reads it: beside the server that runs it, or by starting the embedded one for the while. */
export async function openDatabaseBeside(options: DatabaseOptions): Promise<OpenDatabase> {
  const running = options.url ? undefined : findEmbedded(options.dataDir)
  if (!running) return await openDatabase(options)
  const postgres = connect(options, {
    kind: 'socket',
    directory: running.socketDir,
    port: running.port,
    user: running.user,
    database: running.database,
  })
  return { postgres, embedded: true, close: postgres.close }
}

/** A superuser is not bound by row-level security: in production such a login is refused. */
export async function refuseSuperuser(postgres: Postgres): Promise<void> {
  const row = await postgres.loginIsSuperuser()
  if (!row) return
  throw new Failure(
    'database_refused',
    'BEHAVRY_DB_URL signs in as a superuser, whom row-level security does not bind: use a role that only owns the database.',
  )
}

function external(options: DatabaseOptions, url: Secret): OpenDatabase {
  const postgres = connect(options, { kind: 'url', url, directUrl: options.directUrl ?? url })
  return { postgres, embedded: false, close: postgres.close }
}

function connect(options: DatabaseOptions, address: DatabaseAddress): Postgres {
  const { poolSize: max, onFault, onQuery } = options
  return openPostgres(address, { max, onIdleError: error => onFault('a pooled connection was cut', error), ...(onQuery && { onQuery }) })
}
