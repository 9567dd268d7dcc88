import { sql } from 'kysely'
import type { Unsettled, UnsettledSource } from '../../journal/unknown-outcomes.ts'
import type { Postgres } from '../connect.ts'

interface Row {
  readonly tenant_id: string
  readonly id: string
  readonly request_id: string
  readonly agent_id: string | null
  readonly session_id: string | null
  readonly mcp_server: string | null
  readonly tool_name: string | null
}

/** Long enough for a sweep: meanwhile no other process takes the slot. */
const adoptSeconds = 30

/** Reads the projection, which is made to catch up first: an outcome that is on its way into it must not be missed. */
export function createUnsettledSource(postgres: Postgres, catchUp: () => Promise<void>): UnsettledSource {
  return {
    abandoned: () =>
      postgres.asSystem(async trx => {
        const slots = await trx
          .selectFrom('journal_slots')
          .select('slot')
          .where('leased_until', '<', sql<Date>`now()`)
          .orderBy('slot')
          .execute()
        return slots.map(({ slot }) => slot)
      }),
    adopt: slot =>
      postgres.asJournal(async trx => {
        const adopted = await trx
          .updateTable('journal_slots')
          .set({ leased_until: sql<Date>`now() + make_interval(secs => ${adoptSeconds})` })
          .where('slot', '=', slot)
          .where('leased_until', '<', sql<Date>`now()`)
          .returning('slot')
          .executeTakeFirst()
        return adopted !== undefined
      }),
    find: async (slot, before, limit) => {
      await catchUp()
      return await postgres.asSystem(async trx => {
        const { rows } = await sql<Row>`
          SELECT d.tenant_id, d.id, d.request_id, d.agent_id, d.session_id, d.mcp_server, d.tool_name
          FROM behavry.audit_events d
          JOIN behavry.audit_heads h ON h.stream_id = d.stream_id AND h.tenant_id = d.tenant_id
          JOIN behavry.journal_slots s ON s.slot = h.slot
          WHERE h.slot = ${slot} AND d.event_type = 'tool_call.decision' AND d.policy_result IN ('allow', 'restrict')
            AND d.timestamp >= s.settled_until AND d.timestamp < ${new Date(before)}
            AND NOT EXISTS (SELECT 1 FROM behavry.audit_events o WHERE o.request_id = d.request_id AND o.event_type = 'tool_call.outcome')
          ORDER BY d.timestamp LIMIT ${limit}`.execute(trx)
        return rows.map(toUnsettled)
      })
    },
    settled: (slot, before) =>
      postgres.asJournal(async trx => {
        await trx
          .updateTable('journal_slots')
          .set({ settled_until: new Date(before) })
          .where('slot', '=', slot)
          .execute()
      }),
  }
}

function toUnsettled(row: Row): Unsettled {
  return {
    tenantId: row.tenant_id,
    eventId: row.id,
    requestId: row.request_id,
    ...(row.agent_id !== null && { agentId: row.agent_id }),
    ...(row.session_id !== null && { sessionId: row.session_id }),
    ...(row.mcp_server !== null && { serverId: row.mcp_server }),
    ...(row.tool_name !== null && { tool: row.tool_name }),
  }
}
