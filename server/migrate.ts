import { databaseOptions, migratorOf } from './assembly/database.ts'
import type { Config } from './config/config.ts'
import { Failure } from './domain/failure.ts'
import type { Log } from './domain/log.ts'
import { journalUse } from './postgres/journal/use.ts'
import type { MigrationStatus } from './postgres/migrator.ts'
import { type OpenDatabase, openDatabaseBeside } from './postgres/open.ts'

/** Applies what is pending; returns the names. Failures as the migrator has them. */
export async function migrateUp(config: Config, log: Log): Promise<readonly string[]> {
  return await withDatabase(config, log, database => migratorOf(database).up())
}

/** What is applied, and what is not. */
export async function migrationStatus(config: Config, log: Log): Promise<MigrationStatus> {
  return await withDatabase(config, log, database => migratorOf(database).status())
}

/**
 * Takes back the last `count` migrations; returns the names. It destroys data, so it is refused (`database_refused`) in production, while a server writes, and
 * where the journal holds records unless that is said to be meant.
 */
export async function migrateDown(config: Config, log: Log, count: number, destroyJournal: boolean): Promise<readonly string[]> {
  if (config.env === 'production')
    throw new Failure('database_refused', 'In production no migration is taken back: restore a backup instead.')
  return await withDatabase(config, log, async database => {
    const migrator = migratorOf(database)
    if ((await migrator.status()).applied.length > 0) refuseLoss(await journalUse(database.postgres), destroyJournal)
    return await migrator.down(count)
  })
}

function refuseLoss({ records, writers }: { readonly records: number; readonly writers: number }, destroyJournal: boolean): void {
  if (writers > 0)
    throw new Failure('database_refused', 'A behavry server is using this database: stop it first. After a crash wait 15 seconds.')
  if (records === 0 || destroyJournal) return
  throw new Failure(
    'database_refused',
    `This would destroy the journal with its ${records} records. If that is meant, add --destroy-the-journal.`,
  )
}

async function withDatabase<T>(config: Config, log: Log, work: (database: OpenDatabase) => Promise<T>): Promise<T> {
  const database = await openDatabaseBeside(databaseOptions(config, log, config.dbDirectUrl ?? config.dbUrl))
  try {
    return await work(database)
  } finally {
    await database.close()
  }
}
