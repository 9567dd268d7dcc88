import { escalationTtlMs } from '../domain/agent.ts'
import type { Escalation } from '../domain/approval.ts'
import type { EntryDraft, RecordedOpinion } from '../domain/entry.ts'
import type { Effect } from '../domain/journal.ts'
import type { Decision, Opinion } from '../domain/verdict.ts'
import { approvalSpent, rule } from './rule.ts'
import type { Consulted, Recorded, Ruling } from './stages.ts'
import { targetOf } from './target.ts'
import type { DataPlane } from './world.ts'

/**
 * Writes the decision down, durable before this resolves, together with what must become true with it: an escalation opened, a grant spent.
 * Where the effect loses against another process, the record says what really holds and the ruling follows it.
 */
export async function record(consulted: Consulted, world: DataPlane): Promise<Recorded> {
  const now = world.clock.now()
  const expiresAt = new Date(now + escalationTtlMs[consulted.agent.riskTier]).toISOString()
  const ruling = rule(consulted, { id: world.ids.next(), expiresAt })
  const target = targetOf(consulted.call, consulted.findings, world)
  const place = await world.journal.append(decisionDraft(consulted, ruling, target), effectOf(consulted, ruling, now, target))
  world.sessions.note(consulted.claims.sessionId, ruling.kind === 'deny')
  return { ...consulted, place, ruling: place.lost ? afterLoss(ruling, place.lost.existing) : ruling }
}

/** The decision as the journal keeps it. Keys stand in the order in which they are stored. */
function decisionDraft(consulted: Consulted, ruling: Ruling, target: string): EntryDraft {
  const { agent, call, claims, findings, server, snapshot, tenant, verdict } = consulted
  return {
    action: call.action,
    agent_id: agent.id,
    ...(findings.length > 0 && { dlp_action: ruling.by.source === 'dlp' ? 'block' : 'warn', dlp_findings: findings }),
    ...('escalationId' in ruling && ruling.escalationId !== undefined && { escalation_id: ruling.escalationId }),
    event_type: 'tool_call.decision',
    ...(ruling.kind === 'forward' && ruling.grantId !== undefined && { grant_id: ruling.grantId }),
    input_hash: consulted.inputHash,
    mcp_server: server.id,
    policy_id: ruling.by.source,
    policy_reason: ruling.by.reason,
    policy_result: resultOf(ruling, verdict.decision),
    policy_revision: snapshot.judge.revision,
    reasons: verdict.opinions.map(toRecorded),
    request_id: call.requestId,
    risk_tier: agent.riskTier,
    session_id: claims.sessionId,
    target,
    tenant_id: tenant.id,
    tool_name: call.tool,
  }
}

function resultOf(ruling: Ruling, verdict: Decision): Decision {
  if (ruling.kind === 'deny') return 'deny'
  if (ruling.kind === 'pending') return 'escalate'
  return verdict === 'restrict' ? 'restrict' : 'allow'
}

function toRecorded(opinion: Opinion): RecordedOpinion {
  const { source, decision, reasonCode, reason, profile } = opinion
  return { decision, ...(profile !== undefined && { profile }), reason, reason_code: reasonCode, source }
}

function effectOf(consulted: Consulted, ruling: Ruling, now: number, target: string): Effect | undefined {
  if (ruling.kind === 'forward' && ruling.grantId !== undefined) {
    const otherwise = () => decisionDraft(consulted, { kind: 'deny', by: approvalSpent }, target)
    return { kind: 'spend_grant', tenantId: consulted.tenant.id, grantId: ruling.grantId, otherwise }
  }
  if (ruling.kind !== 'pending' || consulted.standing.kind !== 'none') return undefined
  const otherwise = (existing: string) => decisionDraft(consulted, { ...ruling, escalationId: existing }, target)
  return { kind: 'open_escalation', escalation: escalationOf(consulted, ruling, now, target), otherwise }
}

function escalationOf(consulted: Consulted, ruling: Ruling & { readonly kind: 'pending' }, now: number, target: string): Escalation {
  const { agent, call, server, tenant } = consulted
  return {
    id: ruling.escalationId,
    tenantId: tenant.id,
    status: 'pending',
    createdAt: new Date(now).toISOString(),
    expiresAt: ruling.expiresAt,
    agentId: agent.id,
    agentName: agent.name,
    riskTier: agent.riskTier,
    serverId: server.id,
    tool: call.tool,
    action: call.action,
    resource: target,
    policyId: ruling.by.source,
    reason: ruling.by.reason,
    callDigest: consulted.callDigest ?? '',
    // Set by the store to the id of the record that opens it.
    eventId: '',
  }
}

function afterLoss(ruling: Ruling, existing: string | undefined): Ruling {
  if (ruling.kind === 'pending' && existing !== undefined) return { ...ruling, escalationId: existing }
  return { kind: 'deny', by: approvalSpent }
}
