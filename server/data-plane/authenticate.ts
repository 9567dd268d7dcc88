import { Failure } from '../domain/failure.ts'
import type { Approach } from '../domain/gateway.ts'
import type { Claims } from '../domain/session.ts'
import type { Snapshot } from '../domain/snapshot.ts'
import type { Identified } from './stages.ts'
import type { DataPlane } from './world.ts'

/** Who asks, by its token; then by what the snapshot knows of it, which decides. Throws a 401 or 403 failure. */
export async function authenticate(
  approach: Approach,
  world: DataPlane,
): Promise<Pick<Identified, 'snapshot' | 'claims' | 'agent' | 'tenant'>> {
  if (!approach.token) throw new Failure('token_missing')
  const claims = await world.verifier.verify(approach.token)
  return identify(claims, world.snapshots.current())
}

/** The agent behind verified claims, as it stands now. Throws when it may not act. */
export function identify(claims: Claims, snapshot: Snapshot): Pick<Identified, 'snapshot' | 'claims' | 'agent' | 'tenant'> {
  const agent = snapshot.agents.get(claims.agentId)
  const tenant = snapshot.tenants.get(claims.tenantId)
  if (!agent || !tenant || agent.tenantId !== tenant.id) throw new Failure('agent_unknown')
  if (snapshot.revokedSessions.has(claims.sessionId) || claims.agentEpoch !== agent.epoch) throw new Failure('token_revoked')
  if (agent.status === 'suspended') throw new Failure('agent_suspended')
  if (agent.status === 'revoked') throw new Failure('agent_revoked')
  return { snapshot, claims, agent, tenant }
}
