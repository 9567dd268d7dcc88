import { databaseOptions, migratorOf } from './assembly/database.ts'
import type { Config } from './config/config.ts'
import type { Log } from './domain/log.ts'
import type { DatabaseMigrator } from './postgres/migrator.ts'
import { openDatabaseBeside } from './postgres/open.ts'

/** Opens the configured database, does some migrating, and closes it again. Failures as the migrator has them. */
export async function migrate<T>(config: Config, log: Log, work: (migrator: DatabaseMigrator) => Promise<T>): Promise<T> {
  const database = await openDatabaseBeside(databaseOptions(config, log, config.dbDirectUrl ?? config.dbUrl))
  try {
    return await work(migratorOf(database))
  } finally {
    await database.close()
  }
}
