import { type RawBuilder, sql, type Transaction } from 'kysely'
import type { Head } from '../../journal/chain.ts'
import type { Slot } from '../../journal/store.ts'
import type { Postgres } from '../connect.ts'
import type { Database } from '../schema.ts'

/** How long a slot stays taken without being renewed. */
const leaseSeconds = 15

export interface SlotClaim {
  readonly slot: Slot
  readonly heads: ReadonlyMap<string, Head>
}

/**
 * Takes a writer's slot: the one held before, else the first whose lease ran out, else a new one; each time under a new epoch, which shuts out
 * whoever wrote under the old. `alone` says that no other process can be using this database (the embedded one), so that slot 0 is taken at once after
 * a crash instead of waiting for its lease.
 */
export function claimSlot(postgres: Postgres, holder: string, alone: boolean): Promise<SlotClaim> {
  return postgres.asJournal(async trx => {
    await sql`SELECT pg_advisory_xact_lock(hashtext('behavry slots'))`.execute(trx)
    const free = await trx
      .selectFrom('journal_slots')
      .select('slot')
      .where(eb => eb.or([eb('holder', '=', holder), eb('leased_until', '<', sql<Date>`now()`), eb.val(alone)]))
      .orderBy(sql`holder = ${holder}`, 'desc')
      .orderBy('slot')
      .limit(1)
      .executeTakeFirst()
    const slot = free?.slot ?? (await nextSlot(trx))
    const lease = sql<Date>`now() + make_interval(secs => ${leaseSeconds})`
    const taken = await trx
      .insertInto('journal_slots')
      .values({ slot, epoch: '1', holder, leased_until: lease })
      .onConflict(conflict =>
        conflict.column('slot').doUpdateSet({ epoch: sql<string>`journal_slots.epoch + 1`, holder, leased_until: lease }),
      )
      .returning('epoch')
      .executeTakeFirstOrThrow()
    const heads = await trx.updateTable('audit_heads').set({ epoch: taken.epoch }).where('slot', '=', slot).returningAll().execute()
    return {
      slot: { slot, epoch: Number(taken.epoch) },
      heads: new Map(heads.map(head => [head.stream_id, { seq: Number(head.seq), hash: head.hash }])),
    }
  })
}

async function nextSlot(trx: Transaction<Database>): Promise<number> {
  const row = await trx
    .selectFrom('journal_slots')
    .select(eb => eb.fn.max('slot').as('last'))
    .executeTakeFirst()
  return row?.last === null || row?.last === undefined ? 0 : Number(row.last) + 1
}

/** Keeps a slot; false when another process has it. */
export function renewSlot(postgres: Postgres, slot: Slot): Promise<boolean> {
  return lease(postgres, slot, sql<Date>`now() + make_interval(secs => ${leaseSeconds})`)
}

/** Gives a slot back, for whoever comes next; false when another process has it already. */
export function releaseSlot(postgres: Postgres, slot: Slot): Promise<boolean> {
  return lease(postgres, slot, sql<Date>`now()`)
}

async function lease(postgres: Postgres, { slot, epoch }: Slot, until: RawBuilder<Date>): Promise<boolean> {
  const rows = await postgres.asJournal(trx =>
    trx
      .updateTable('journal_slots')
      .set({ leased_until: until })
      .where('slot', '=', slot)
      .where('epoch', '=', String(epoch))
      .returning('slot')
      .execute(),
  )
  return rows.length === 1
}
