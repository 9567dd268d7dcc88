import { sql } from 'kysely'
import type { Postgres } from '../connect.ts'

/** How many records the journal holds, and how many processes hold a writer's slot at the moment. */
export function journalUse(postgres: Postgres): Promise<{ readonly records: number; readonly writers: number }> {
  return postgres.asJournal(async trx => {
    const { records } = await trx
      .selectFrom('audit_heads')
      .select(eb => eb.fn.coalesce(eb.fn.sum<string>('seq'), sql<string>`0`).as('records'))
      .executeTakeFirstOrThrow()
    const { writers } = await trx
      .selectFrom('journal_slots')
      .select(eb => eb.fn.countAll<string>().as('writers'))
      .where('leased_until', '>', sql<Date>`now()`)
      .executeTakeFirstOrThrow()
    return { records: Number(records), writers: Number(writers) }
  })
}
