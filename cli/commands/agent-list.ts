import type { AgentView } from '../../server/contract/agent.ts'
import type { CommandContext } from '../command.ts'

export async function run({ admin, terminal }: CommandContext): Promise<void> {
  const { agents } = await admin().get<{ readonly agents: readonly AgentView[] }>('/api/v1/agents')
  if (terminal.json) return terminal.printJson(agents)
  terminal.table(
    ['NAME', 'STATUS', 'TIER', 'ROLES', 'PERMISSIONS'],
    agents.map(agent => [agent.name, agent.status, agent.risk_tier, agent.roles.join(' '), agent.permissions.join(' ')]),
  )
}
