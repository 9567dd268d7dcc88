import type { Escalation } from '../domain/approval.ts'
import { Failure } from '../domain/failure.ts'
import type { ApprovalsWorld } from './resolve.ts'

const perSweep = 200

/**
 * Closes what waited too long: expired is denied. The age is judged again when an escalation is decided and when a grant is spent, so that a sweep which does
 * not run keeps nothing alive. Gives how many it closed.
 */
export async function expire(world: ApprovalsWorld): Promise<number> {
  const overdue = await world.escalations.overdue(perSweep)
  const closed = await Promise.all(overdue.map(escalation => close(escalation, world)))
  return closed.filter(Boolean).length
}

async function close(escalation: Escalation, world: ApprovalsWorld): Promise<boolean> {
  const { id: escalationId, tenantId, agentId, callDigest, serverId, tool, eventId, resource } = escalation
  try {
    await world.journal.append(
      {
        actor: 'system',
        agent_id: agentId,
        escalation_id: escalationId,
        event_type: 'escalation.expired',
        extra: { call_digest: callDigest },
        mcp_server: serverId,
        parent_event_id: eventId,
        target: resource,
        tenant_id: tenantId,
        tool_name: tool,
      },
      { kind: 'resolve_escalation', tenantId, escalationId, status: 'expired', by: 'system', otherwise: null },
    )
    return true
  } catch (error) {
    // Somebody else closed it between the look and the record.
    if (error instanceof Failure && error.code === 'conflict') return false
    throw error
  }
}
