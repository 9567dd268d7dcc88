import { type EscalationView, escalationQuery, resolutionRequest } from '../contract/escalation.ts'
import { byId } from '../contract/fields.ts'
import { operation } from '../contract/operation.ts'
import type { Escalation, Escalations } from '../domain/approval.ts'
import { Failure } from '../domain/failure.ts'

export interface EscalationsWorld {
  readonly escalations: Escalations
  /** The approvals room's decision: throws `not_found` or `conflict`. */
  readonly resolve: (resolution: {
    readonly tenantId: string
    readonly escalationId: string
    readonly status: 'approved' | 'denied'
    readonly by: string
    readonly note?: string
  }) => Promise<Escalation>
}

export const listEscalations = operation({
  summary: 'List escalations, newest first',
  query: escalationQuery,
  run: async ({ query }, caller, world: EscalationsWorld) => ({
    escalations: (await world.escalations.list(caller.tenantId, query.status, query.limit ?? 50)).map(view),
  }),
})

export const showEscalation = operation({
  summary: 'Show one escalation',
  params: byId,
  run: async ({ params }, caller, world: EscalationsWorld) => {
    const escalation = await world.escalations.find(caller.tenantId, params.id)
    if (!escalation) throw new Failure('not_found', 'There is no escalation by that id.')
    return view(escalation)
  },
})

export const approveEscalation = resolution('Approve a held call, once', 'approved')
export const denyEscalation = resolution('Deny a held call', 'denied')

function resolution(summary: string, status: 'approved' | 'denied') {
  return operation({
    summary,
    params: byId,
    body: resolutionRequest,
    run: async ({ params, body }, caller, world: EscalationsWorld) => {
      const note = body.note === undefined ? {} : { note: body.note }
      return view(await world.resolve({ tenantId: caller.tenantId, escalationId: params.id, status, by: caller.actor, ...note }))
    },
  })
}

function view(escalation: Escalation): EscalationView {
  const { id, status, createdAt, expiresAt, agentId, agentName, riskTier, serverId, tool, action, resource, reason, policyId } = escalation
  const { callDigest, eventId, resolvedAt, resolvedBy, note } = escalation
  return {
    id,
    status,
    created_at: createdAt,
    expires_at: expiresAt,
    agent: { id: agentId, name: agentName },
    risk_tier: riskTier,
    server: serverId,
    tool,
    action,
    resource,
    reason,
    policy: policyId,
    call_digest: callDigest,
    event_id: eventId,
    ...(resolvedAt !== undefined && { resolved_at: resolvedAt }),
    ...(resolvedBy !== undefined && { resolved_by: resolvedBy }),
    ...(note !== undefined && { note }),
  }
}
