import { existsSync } from 'node:fs'
import { databaseAccount } from './account.ts'
import { prepareCluster, productRole, superuser } from './cluster.ts'
import { explained } from './faults.ts'
import { install } from './installation.ts'
import { lockHome } from './lock.ts'
import { readPidFile } from './pid-file.ts'
import { placesIn, prepareHome, sweepHome } from './places.ts'
import { type Launch, startPostmaster } from './postmaster.ts'
import { isServerOf } from './predecessor.ts'
import { port } from './settings.ts'
import { dropSocketDir, makeSocketDir } from './socket-dir.ts'
import { supervise } from './supervisor.ts'

export interface EmbeddedOptions {
  readonly dataDir: string
  /** A folder with `initdb` and `postgres` of the same major version, to be used instead of the packed ones (BEHAVRY_PG_BIN). */
  readonly binDir?: string
  /** How many connections the pools may open together; the server takes at least 60. */
  readonly connections?: number
  /** Hears, in a sentence, that the server ended by itself or could not be started again. It must not throw. */
  readonly onExit?: (detail: string) => void
}

/** How to reach the embedded database: `{ host: socketDir, port, user, database }` for the driver. There is no password. */
export interface EmbeddedAddress {
  readonly socketDir: string
  readonly port: number
  readonly database: 'behavry'
  /** Owns the database; a plain role that may create roles. */
  readonly user: 'behavry'
  /** For template databases of tests and for repairs, never for the product. */
  readonly superuser: 'behavry_root'
}

export interface EmbeddedServer extends EmbeddedAddress {
  /** Fast shutdown; settles when the server is gone and the data directory is free. */
  readonly stop: () => Promise<void>
}

/**
 * The one door to the database inside behavry: a native PostgreSQL 17 under `<dataDir>/postgres`, on a private unix socket, supervised,
 * gone when this process is gone. The first start unpacks it and creates the database. Throws `database_refused` (change something
 * first) or `database_unavailable` (try again) with a sentence that says what to do.
 */
export const startEmbedded = async (options: EmbeddedOptions): Promise<EmbeddedServer> => {
  const places = placesIn(options.dataDir)
  return explained(places, async () => {
    const account = databaseAccount()
    prepareHome(places, account)
    const lock = lockHome(places)
    try {
      sweepHome(places)
      const programs = await install(places, options.binDir)
      await prepareCluster(places, account, programs)
      const socketDir = makeSocketDir(places, account)
      const launch: Launch = { places, account, programs, socketDir, connections: options.connections ?? 0 }
      const supervised = await supervise(() => explained(places, () => startPostmaster(launch)), options.onExit ?? (() => {}))
      const stop = async (): Promise<void> => {
        await supervised.stop()
        dropSocketDir(socketDir, places)
        lock.release()
      }
      return { ...address(socketDir), stop }
    } catch (error) {
      lock.release()
      throw error
    }
  })
}

/**
 * The embedded database that another behavry process runs in this data directory, for commands that read it beside the server;
 * undefined when none is ready there.
 */
export const findEmbedded = (dataDir: string): EmbeddedAddress | undefined => {
  const { cluster } = placesIn(dataDir)
  if (!existsSync(cluster)) return undefined
  const file = readPidFile(cluster)
  return file?.ready && isServerOf(file.pid, cluster, databaseAccount()) ? address(file.socketDir) : undefined
}

const address = (socketDir: string): EmbeddedAddress => ({ socketDir, port, database: productRole, user: productRole, superuser })
