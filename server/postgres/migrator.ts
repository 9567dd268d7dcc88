import { type Migration, Migrator } from 'kysely/migration'
import { Failure } from '../domain/failure.ts'
import { type Postgres, schemaName } from './connect.ts'

/** What stands between a database and this binary. */
export interface MigrationStatus {
  readonly applied: readonly string[]
  readonly pending: readonly string[]
  /** Applied by a newer release; non-empty means this binary must not touch the database. */
  readonly unknown: readonly string[]
}

export interface DatabaseMigrator {
  readonly status: () => Promise<MigrationStatus>
  /** Applies what is pending, each in one transaction, under the database's migration lock. Gives the names applied. */
  readonly up: () => Promise<readonly string[]>
  /** Takes back the last `count` migrations. Gives the names taken back. */
  readonly down: (count: number) => Promise<readonly string[]>
}

/** Faults: `database_unavailable` when it does not answer, `database_refused` naming the migration that failed (it was rolled back). */
export function createMigrator(postgres: Postgres, migrations: Readonly<Record<string, Migration>>): DatabaseMigrator {
  const migrator = new Migrator({
    db: postgres.kysely,
    migrationTableSchema: schemaName,
    provider: { getMigrations: async () => ({ ...migrations }) },
  })
  const status = () => readStatus(postgres, Object.keys(migrations))
  return {
    status,
    up: async () => {
      refuseNewer(await status())
      const { error, results = [] } = await migrator.migrateToLatest()
      return namesOf(results, error)
    },
    down: async count => {
      refuseNewer(await status())
      const names: string[] = []
      for (let i = 0; i < count; i++) {
        const { error, results = [] } = await migrator.migrateDown()
        names.push(...namesOf(results, error))
      }
      return names
    },
  }
}

/** Throws `database_refused` when a newer release has been here. */
export function refuseNewer(status: MigrationStatus): void {
  if (status.unknown.length === 0) return
  throw new Failure(
    'database_refused',
    `The database is newer than this binary (it has ${status.unknown.join(', ')}): start the release that migrated it, or a later one.`,
  )
}

async function readStatus(postgres: Postgres, known: readonly string[]): Promise<MigrationStatus> {
  let applied: string[] = []
  try {
    const tables = await postgres.kysely.introspection.getTables({ withInternalKyselyTables: true })
    if (tables.some(table => table.schema === schemaName && table.name === 'kysely_migration')) {
      const rows = await postgres.kysely
        .withTables<{ kysely_migration: { name: string } }>()
        .selectFrom('kysely_migration')
        .select('name')
        .execute()
      applied = rows.map(row => row.name).sort()
    }
  } catch (cause) {
    throw new Failure('database_unavailable', undefined, { cause })
  }
  return { applied, pending: known.filter(name => !applied.includes(name)), unknown: applied.filter(name => !known.includes(name)) }
}

function namesOf(results: readonly { readonly migrationName: string; readonly status: string }[], error: unknown): string[] {
  const failed = results.find(result => result.status === 'Error')
  if (failed) throw new Failure('database_refused', `Migration ${failed.migrationName} failed and was rolled back.`, { cause: error })
  if (error) throw new Failure('database_unavailable', 'The migrations could not be run.', { cause: error })
  return results.filter(result => result.status === 'Success').map(result => result.migrationName)
}
