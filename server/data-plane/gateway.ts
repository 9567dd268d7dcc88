import { Failure, type FailureCode } from '../domain/failure.ts'
import type { Approach, Gateway } from '../domain/gateway.ts'
import type { Claims } from '../domain/session.ts'
import { defaultTenantId } from '../domain/snapshot.ts'
import { serverOf } from './admit.ts'
import { authenticate } from './authenticate.ts'
import { killSwitch } from './kill-switch.ts'
import { knownMethod } from './known-method.ts'
import { pipeline } from './pipeline.ts'
import type { DataPlane } from './world.ts'

/** The data plane as the protocols see it. */
export function createGateway(world: DataPlane): Gateway {
  return {
    knows: async token => (await claimsOf(token, world)) !== undefined,
    callTool: request => pipeline(request, world),
    admit: approach => letIn(approach, world),
    noteRefusal: (approach, code) => void note(approach, code, world),
  }
}

async function letIn(approach: Approach, world: DataPlane) {
  const identified = await authenticate(approach, world)
  world.limiter.take(identified.agent.id)
  const server = serverOf(identified, approach.serverId)
  if (killSwitch(identified, server.id, '')) throw new Failure('forbidden', 'The kill switch is engaged.')
  world.journal.defer({
    agent_id: identified.agent.id,
    event_type: 'mcp.request',
    extra: { method: knownMethod(approach.method) },
    mcp_server: server.id,
    session_id: identified.claims.sessionId,
    tenant_id: identified.tenant.id,
  })
  return { agent: identified.agent, server }
}

async function note(approach: Approach, code: FailureCode, world: DataPlane): Promise<void> {
  const claims = await claimsOf(approach.token, world)
  const { address, method, serverId } = approach
  const who = claims ? { tenantId: claims.tenantId, agentId: claims.agentId } : { tenantId: defaultTenantId }
  world.refusals.note({ ...who, address, code, method: knownMethod(method), serverId: claims ? serverId : '' })
}

/** Whose token it is, when it is one of ours: a refusal is put to the agent's account even where the agent was not let in. */
async function claimsOf(token: string | undefined, world: DataPlane): Promise<Claims | undefined> {
  if (!token) return undefined
  try {
    return await world.verifier.verify(token)
  } catch {
    return undefined
  }
}
