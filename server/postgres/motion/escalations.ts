import { type Selectable, sql } from 'kysely'
import type { Approvals, Escalation, Escalations, Standing } from '../../domain/approval.ts'
import type { Postgres } from '../connect.ts'
import type { Database } from '../schema.ts'

/** Escalations for reviewers: reads only, since resolving one is an effect of its journal record. Faults: `database_unavailable`. */
export function createEscalations(postgres: Postgres): Escalations {
  return {
    list: (tenantId, status, limit) =>
      postgres.asTenant(tenantId, async trx => {
        const query = trx.selectFrom('escalations').selectAll().orderBy('created_at', 'desc').limit(limit)
        const rows = await (status ? query.where('status', '=', status) : query).execute()
        return rows.map(toEscalation)
      }),
    find: (tenantId, id) =>
      postgres.asTenant(tenantId, async trx => {
        const row = await trx.selectFrom('escalations').selectAll().where('id', '=', id).executeTakeFirst()
        return row && toEscalation(row)
      }),
    overdue: limit =>
      postgres.asSystem(async trx => {
        const query = trx.selectFrom('escalations').selectAll().where('status', '=', 'pending').where('expires_at', '<=', sql<Date>`now()`)
        return (await query.orderBy('expires_at').limit(limit).execute()).map(toEscalation)
      }),
  }
}

/** Ages are judged by the database's clock, the one that also decides when a grant is spent. */
export function createApprovals(postgres: Postgres): Approvals {
  return {
    standing: (tenantId, callDigest) =>
      postgres.asTenant(tenantId, async trx => {
        const row = await trx
          .selectFrom('escalations as e')
          .leftJoin('grants as g', join => join.onRef('g.escalation_id', '=', 'e.id').on('g.spent_at', 'is', null))
          .select(['e.id', 'e.status', 'e.expires_at', 'g.id as grant_id', 'g.expires_at as grant_expires_at'])
          .select(sql<boolean>`g.expires_at > now()`.as('grant_good'))
          .where('e.call_digest', '=', callDigest)
          .where(eb => eb.or([eb('e.expires_at', '>', sql<Date>`now()`), eb('g.expires_at', '>', sql<Date>`now()`)]))
          .orderBy('e.created_at', 'desc')
          .limit(1)
          .executeTakeFirst()
        return row ? toStanding(row, tenantId, callDigest) : { kind: 'none' }
      }),
  }
}

interface StandingRow {
  readonly id: string
  readonly status: Escalation['status']
  readonly expires_at: Date
  readonly grant_id: string | null
  readonly grant_expires_at: Date | null
  readonly grant_good: boolean
}

function toStanding(row: StandingRow, tenantId: string, callDigest: string): Standing {
  if (row.status === 'pending') return { kind: 'pending', escalationId: row.id, expiresAt: row.expires_at.toISOString() }
  if (row.status === 'denied') return { kind: 'refused', escalationId: row.id, status: 'denied' }
  if (row.status !== 'approved' || !row.grant_id || !row.grant_expires_at || !row.grant_good) return { kind: 'none' }
  return {
    kind: 'granted',
    grant: { id: row.grant_id, tenantId, escalationId: row.id, callDigest, expiresAt: row.grant_expires_at.toISOString() },
  }
}

function toEscalation(row: Selectable<Database['escalations']>): Escalation {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    status: row.status,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    agentId: row.agent_id,
    agentName: row.agent_name,
    riskTier: row.risk_tier,
    serverId: row.server_id,
    tool: row.tool,
    action: row.action,
    resource: row.resource,
    policyId: row.policy_id,
    reason: row.reason,
    callDigest: row.call_digest,
    eventId: row.event_id,
    ...(row.resolved_at && { resolvedAt: row.resolved_at.toISOString() }),
    ...(row.resolved_by !== null && { resolvedBy: row.resolved_by }),
    ...(row.note !== null && { note: row.note }),
  }
}
