import type { KillSwitch } from '../domain/kill-switch.ts'
import type { Opinion } from '../domain/verdict.ts'
import type { Identified } from './stages.ts'

/** The kill switch: first of all opinions, in memory, no I/O. */
export function killSwitch(identified: Pick<Identified, 'snapshot' | 'agent'>, serverId: string, tool: string): Opinion | undefined {
  const { snapshot, agent } = identified
  if (snapshot.killSwitches.length === 0) return undefined
  const engaged = snapshot.killSwitches.find(one => covers(one, agent.tenantId, agent.id, serverId, tool))
  if (!engaged) return undefined
  return { source: 'kill_switch', decision: 'deny', reasonCode: 'kill_switch', reason: `The ${engaged.scope} kill switch is engaged.` }
}

function covers(one: KillSwitch, tenantId: string, agentId: string, serverId: string, tool: string): boolean {
  if (one.scope === 'global') return true
  if (one.tenantId !== tenantId) return false
  switch (one.scope) {
    case 'tenant':
      return true
    case 'agent':
      return one.target === agentId
    case 'server':
      return one.target === serverId
    case 'tool':
      return one.target === `${serverId}/${tool}`
  }
}
