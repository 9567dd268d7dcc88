import { migratorOf } from '../../server/assembly/database.ts'
import { openJournal } from '../../server/assembly/journal.ts'
import type { Log } from '../../server/domain/log.ts'
import type { GroupCommitJournal } from '../../server/journal/group-commit.ts'
import { openDatabase } from '../../server/postgres/open.ts'
import { ensureTenant } from '../../server/postgres/registry/defaults.ts'

/** The product's journal alone: an embedded database with the product's durability, group commit, projector, sweeps. */
export interface OwnJournal {
  readonly journal: GroupCommitJournal
  readonly close: () => Promise<void>
}

const world = { clock: { now: Date.now, monotonic: () => performance.now() }, ids: { next: () => Bun.randomUUIDv7() } }

/** Opens it in an empty data directory. A fault of the journal goes to standard error. */
export async function openOwnJournal(dataDir: string): Promise<OwnJournal> {
  const log: Log = (level, event, fields = {}) => {
    if (level === 'error' || level === 'warn') process.stderr.write(`${event} ${JSON.stringify(fields)}\n`)
  }
  const database = await openDatabase({ dataDir, poolSize: 4, onFault: detail => log('warn', 'database', { detail }) })
  await migratorOf(database).up()
  await ensureTenant(database.postgres)
  const kept = await openJournal(database, world, log)
  const close = async () => {
    await kept.close()
    await database.close()
  }
  return { journal: kept.journal, close }
}
