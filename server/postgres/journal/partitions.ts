import { sql } from 'kysely'
import { type Postgres, schemaName } from '../connect.ts'

/** Makes the partitions of this month and the next, so that rows never have to go to the default one. Runs as the owner of the schema. */
export async function preparePartitions(postgres: Postgres, now: number): Promise<void> {
  const date = new Date(now)
  const months = [0, 1].map(ahead => new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + ahead, 1)))
  for (const month of months) {
    await sql`SELECT ${sql.id(schemaName, 'journal_prepare_partition')}(${month.toISOString().slice(0, 10)}::date)`.execute(postgres.kysely)
  }
}
