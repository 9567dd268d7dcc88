import { migrations } from '../../migrations/migrations.ts'
import type { Config } from '../config/config.ts'
import { Failure } from '../domain/failure.ts'
import type { Log } from '../domain/log.ts'
import type { Secret } from '../domain/secret.ts'
import { createMigrator, type DatabaseMigrator, refuseNewer } from '../postgres/migrator.ts'
import { type DatabaseOptions, type OpenDatabase, openDatabase, refuseSuperuser } from '../postgres/open.ts'

/** What the configuration says of the database; `url` overrides BEHAVRY_DB_URL, for migrations that must not go through a pooler. */
export function databaseOptions(config: Config, log: Log, url: Secret | undefined = config.dbUrl): DatabaseOptions {
  return {
    ...(url && { url }),
    ...(config.dbDirectUrl && { directUrl: config.dbDirectUrl }),
    dataDir: config.dataDir,
    ...(config.pgBin !== undefined && { binDir: config.pgBin }),
    poolSize: config.dbPoolSize + config.dbMaxOverflow,
    onFault: (detail, error) => log('warn', 'database', { detail, error }),
    ...(config.debug && { onQuery: (text: string, ms: number) => log('debug', 'sql', { text, ms }) }),
  }
}

/** The migrator of an open database, with this release's migrations. */
export function migratorOf({ postgres }: OpenDatabase): DatabaseMigrator {
  return createMigrator(postgres, migrations)
}

/**
 * The database of a server, in the shape that this binary knows: the embedded one is migrated, an external one must have been. Throws `database_refused` with
 * the command to run.
 */
export async function readyDatabase(config: Config, log: Log): Promise<OpenDatabase> {
  const database = await openDatabase(databaseOptions(config, log))
  try {
    const migrator = migratorOf(database)
    if (database.embedded) {
      const applied = await migrator.up()
      if (applied.length > 0) log('info', 'migrated', { applied })
    } else {
      if (config.env === 'production') await refuseSuperuser(database.postgres)
      await refusePending(migrator)
    }
    return database
  } catch (error) {
    await database.close()
    throw error
  }
}

/** Throws `database_refused` unless the database has the very shape that this release knows. */
export async function refusePending(migrator: DatabaseMigrator): Promise<void> {
  const status = await migrator.status()
  refuseNewer(status)
  if (status.pending.length === 0) return
  throw new Failure('database_refused', `The database lacks ${status.pending.join(', ')}. Run: behavry migrate`)
}
