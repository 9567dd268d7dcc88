import { byId } from '../contract/fields.ts'
import { operation } from '../contract/operation.ts'
import { type TokenIssued, tokenRequest } from '../contract/token.ts'
import type { Agents } from '../domain/agent.ts'
import type { Clock, Ids } from '../domain/clock.ts'
import { Failure } from '../domain/failure.ts'
import type { Journal } from '../domain/journal.ts'
import type { Sessions, TokenSigner } from '../domain/session.ts'

export interface TokensWorld {
  readonly agents: Pick<Agents, 'byName'>
  readonly sessions: Sessions
  readonly signer: TokenSigner
  readonly journal: Journal
  readonly clock: Clock
  readonly ids: Ids
  readonly tokenTtlMs: number
}

/** Recorded first, then issued: a token that nobody can account for does not exist. */
export const issueToken = operation({
  summary: 'Issue an agent token',
  body: tokenRequest,
  status: 201,
  run: async ({ body }, caller, world: TokensWorld): Promise<TokenIssued> => {
    const agent = await world.agents.byName(caller.tenantId, body.agent)
    if (!agent) throw new Failure('not_found', `No agent is named ${JSON.stringify(body.agent)}.`)
    if (agent.status !== 'active') throw new Failure(agent.status === 'suspended' ? 'agent_suspended' : 'agent_revoked')
    const ttlMs = body.ttl_seconds === undefined ? world.tokenTtlMs : body.ttl_seconds * 1_000
    const issuedAt = world.clock.now()
    const session = {
      id: world.ids.next(),
      tenantId: agent.tenantId,
      agentId: agent.id,
      issuedBy: caller.actor,
      issuedAt: new Date(issuedAt),
      expiresAt: new Date(issuedAt + ttlMs),
    }
    await world.journal.append({
      actor: caller.actor,
      agent_id: agent.id,
      event_type: 'token.issued',
      extra: { expires_at: session.expiresAt.toISOString() },
      session_id: session.id,
      tenant_id: agent.tenantId,
    })
    await world.sessions.open(session)
    return {
      access_token: await world.signer.sign(agent, session),
      token_type: 'Bearer',
      expires_in: Math.floor(ttlMs / 1_000),
      agent_id: agent.id,
      session_id: session.id,
      risk_tier: agent.riskTier,
    }
  },
})

export const revokeToken = operation({
  summary: 'Revoke an agent token by its session id (jti)',
  params: byId,
  run: async ({ params }, caller, world: TokensWorld) => {
    // The other way round from issuing: what takes power away must not wait for a journal that is down.
    if (!(await world.sessions.revoke(caller.tenantId, params.id, caller.actor))) {
      throw new Failure('not_found', 'No live session has that id.')
    }
    await world.journal.append({ actor: caller.actor, event_type: 'token.revoked', session_id: params.id, tenant_id: caller.tenantId })
    return { session_id: params.id, revoked: true }
  },
})
