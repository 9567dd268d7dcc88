import { type AgentView, agentRequest } from '../contract/agent.ts'
import { operation } from '../contract/operation.ts'
import type { Agent, Agents } from '../domain/agent.ts'
import type { Ids } from '../domain/clock.ts'
import { Failure } from '../domain/failure.ts'
import type { Journal } from '../domain/journal.ts'

export interface AgentsWorld {
  readonly agents: Agents
  readonly journal: Journal
  readonly ids: Ids
}

export const listAgents = operation({
  summary: 'List the enrolled agents',
  run: async (_, caller, world: AgentsWorld) => {
    const agents = (await world.agents.list(caller.tenantId)).map(view)
    return { agents, total: agents.length }
  },
})

export const createAgent = operation({
  summary: 'Enrol an agent',
  body: agentRequest,
  status: 201,
  run: async ({ body }, caller, world: AgentsWorld): Promise<AgentView> => {
    const { name, agent_type: agentType = 'agent', roles = ['default'], permissions = [] } = body
    if (await world.agents.byName(caller.tenantId, name)) throw new Failure('conflict', `An agent named ${name} is enrolled already.`)
    const blank = { tags: [], status: 'active', riskTier: 'low', riskScore: 0, epoch: 1 } as const
    const agent: Agent = { id: world.ids.next(), tenantId: caller.tenantId, name, agentType, roles, permissions, ...blank }
    await world.journal.append({
      actor: caller.actor,
      agent_id: agent.id,
      event_type: 'agent.created',
      extra: { name, permissions, roles },
      tenant_id: caller.tenantId,
    })
    await world.agents.add(agent)
    return view(agent)
  },
})

function view({ id, name, agentType: agent_type, roles, permissions, status, riskTier: risk_tier }: Agent): AgentView {
  return { id, name, agent_type, roles, permissions, status, risk_tier }
}
