import type { PolicyInput } from '../domain/policy.ts'
import { strictest } from '../domain/verdict.ts'
import { policyTime } from './policy-time.ts'
import type { Judged, Scanned } from './stages.ts'
import type { DataPlane } from './world.ts'

/** Asks the policies and takes the strictest of all opinions so far. */
export async function evaluate(scanned: Scanned, world: DataPlane): Promise<Judged> {
  const answer = scanned.snapshot.judge.judge(policyInput(scanned, world))
  const asked = answer instanceof Promise ? await answer : answer
  const verdict = strictest([...scanned.opinions, ...asked])
  return { ...scanned, verdict, inputHash: world.inputHash(scanned.tenant.id, scanned.call.arguments) }
}

function policyInput(scanned: Scanned, world: DataPlane): PolicyInput {
  const { agent, call, server, claims, findings, tenant } = scanned
  const now = world.clock.now()
  const { calls, denied } = world.sessions.counts(claims.sessionId)
  return {
    agent: {
      id: agent.id,
      name: agent.name,
      role: agent.roles[0] ?? '',
      roles: agent.roles,
      permissions: agent.permissions,
      risk_tier: agent.riskTier,
      risk_score: agent.riskScore,
      tags: agent.tags,
      agent_type: agent.agentType,
    },
    request: {
      tool_name: call.tool,
      action: call.action,
      resource: call.resource,
      resources: call.resources,
      parameters: call.arguments,
      mcp_server: server.id,
      resource_count: call.resourceCount,
      method: 'tools/call',
    },
    action: { type: call.action, tool: call.tool },
    resource: { path: call.resource, server: server.id },
    session: {
      id: claims.sessionId,
      duration_seconds: Math.max(0, Math.floor(now / 1000) - claims.issuedAt),
      call_count: calls,
      denied_count: denied,
    },
    requester: { id: '', channel: '', verified: false },
    workflow_session: null,
    delegation: null,
    context: {
      time: policyTime(now),
      deployment_mode: 'standalone',
      tenant: tenant.slug,
      behavior: { z_scores: {}, baseline_status: 'learning' },
    },
    content: { dlp_findings: findings, injection_findings: [] },
    dlp: { has_findings: findings.length > 0, findings },
    inbound: { has_findings: false, findings: [] },
  }
}
