import type { Selectable } from 'kysely'
import type { Agent, Agents } from '../../domain/agent.ts'
import { Failure } from '../../domain/failure.ts'
import type { Postgres } from '../connect.ts'
import type { Database } from '../schema.ts'

/** The agents of a tenant, over `behavry.agents`. Faults: `database_unavailable`. */
export function createAgents(postgres: Postgres): Agents {
  return {
    byName: (tenantId, name) =>
      postgres.asTenant(tenantId, async trx => {
        const row = await trx.selectFrom('agents').selectAll().where('name', '=', name).executeTakeFirst()
        return row && toAgent(row)
      }),
    list: tenantId =>
      postgres.asTenant(tenantId, async trx => (await trx.selectFrom('agents').selectAll().orderBy('name').execute()).map(toAgent)),
    add: agent =>
      postgres.asTenant(agent.tenantId, async trx => {
        const added = await trx
          .insertInto('agents')
          .values(toRow(agent))
          .onConflict(conflict => conflict.doNothing())
          .returning('id')
          .executeTakeFirst()
        if (!added) throw new Failure('conflict', `An agent named ${agent.name} is enrolled already.`)
      }),
  }
}

function toRow(agent: Agent) {
  const { id, tenantId, name, agentType, status, riskTier, riskScore, epoch } = agent
  const lists = { roles: [...agent.roles], permissions: [...agent.permissions], tags: [...agent.tags] }
  return { id, tenant_id: tenantId, name, agent_type: agentType, status, risk_tier: riskTier, risk_score: riskScore, epoch, ...lists }
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
