import type { Selectable } from 'kysely'
import type { Agent, Agents } from '../../domain/agent.ts'
import type { Postgres } from '../connect.ts'
import type { Database } from '../schema.ts'

export function createAgents(postgres: Postgres): Agents {
  return {
    byName: (tenantId, name) =>
      postgres.asTenant(tenantId, async trx => {
        const row = await trx.selectFrom('agents').selectAll().where('name', '=', name).executeTakeFirst()
        return row && toAgent(row)
      }),
  }
}

/** The one place where a row becomes an agent. */
export function toAgent(row: Selectable<Database['agents']>): Agent {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    name: row.name,
    agentType: row.agent_type,
    roles: row.roles,
    permissions: row.permissions,
    tags: row.tags,
    status: row.status,
    riskTier: row.risk_tier,
    riskScore: row.risk_score,
    epoch: row.epoch,
  }
}
