import { databaseOptions, migratorOf, refusePending } from './assembly/database.ts'
import type { Config } from './config/config.ts'
import type { Log } from './domain/log.ts'
import { type VerifyReport, verify } from './journal/verify.ts'
import { createJournalReader } from './postgres/journal/reader.ts'
import { openDatabaseBeside } from './postgres/open.ts'

/** Checks the whole journal without the server: straight from the database, beside it or while it is stopped. */
export async function verifyJournal(config: Config, log: Log, onProgress: (verified: number) => void): Promise<VerifyReport> {
  const database = await openDatabaseBeside(databaseOptions(config, log))
  try {
    await refusePending(migratorOf(database))
    return await verify(createJournalReader(database.postgres), onProgress)
  } finally {
    await database.close()
  }
}
