import { type SelectQueryBuilder, sql } from 'kysely'
import type { EventLog, JournalEvent } from '../../domain/journal.ts'
import type { Postgres } from '../connect.ts'
import type { Database } from '../schema.ts'

type Query = SelectQueryBuilder<Database, 'audit_events', Database['audit_events']>

/** The projection of the journal for reading, by tenant. Faults: `database_unavailable`. */
export function createEventLog(postgres: Postgres): EventLog {
  return {
    list: (tenantId, limit, after) =>
      postgres.asTenant(tenantId, async trx => {
        const all = trx.selectFrom('audit_events').selectAll() as unknown as Query
        if (!after) return (await all.orderBy('timestamp', 'desc').orderBy('id', 'desc').limit(limit).execute()).map(toEvent).reverse()
        const later = all.where(sql<boolean>`(timestamp, id) > (${after.timestamp}::timestamptz, ${after.id}::uuid)`)
        return (await later.orderBy('timestamp').orderBy('id').limit(limit).execute()).map(toEvent)
      }),
    find: (tenantId, id) =>
      postgres.asTenant(tenantId, async trx => {
        const row = await (trx.selectFrom('audit_events').selectAll() as unknown as Query).where('id', '=', id).executeTakeFirst()
        return row && toEvent(row)
      }),
  }
}

/** A row's fields under their stored names; what is null was absent. */
function toEvent(row: object): JournalEvent {
  const present = Object.entries(row).filter(([, value]) => value !== null)
  return Object.fromEntries(present.map(([key, value]) => [key, plain(key, value)])) as JournalEvent
}

function plain(key: string, value: unknown): unknown {
  if (value instanceof Date) return value.toISOString()
  return key === 'seq' ? Number(value) : value
}
