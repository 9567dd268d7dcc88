import type { PolicyInput } from '../../server/domain/policy.ts'

/** A whole input of about 1 KB: an agent that may read on the demo server writes a note; each part may be replaced. */
export function policyInput(request: Partial<PolicyInput['request']> = {}, agent: Partial<PolicyInput['agent']> = {}): PolicyInput {
  const asked = { ...writeNote, ...request }
  return {
    agent: { ...researcher, ...agent },
    request: asked,
    action: { type: asked.action, tool: asked.tool_name },
    resource: { path: asked.resource, server: asked.mcp_server },
    session: { id: '0192f0aa-0000-7000-8000-000000000002', duration_seconds: 120, call_count: 9, denied_count: 1 },
    requester: { id: '', channel: '', verified: false },
    workflow_session: null,
    delegation: null,
    context: {
      time: { rfc3339: '2026-03-17T14:30:22Z', hour: 14, weekday: 'tuesday', business_hours: true },
      deployment_mode: 'standalone',
      tenant: 'default',
      behavior: { z_scores: {}, baseline_status: 'learning' },
    },
    content: { dlp_findings: [], injection_findings: [] },
    dlp: { has_findings: false, findings: [] },
    inbound: { has_findings: false, findings: [] },
  }
}

const researcher: PolicyInput['agent'] = {
  id: '0192f0aa-0000-7000-8000-000000000001',
  name: 'researcher',
  role: 'default',
  roles: ['default'],
  permissions: ['demo:read'],
  risk_tier: 'low',
  risk_score: 7,
  tags: ['demo'],
  agent_type: 'assistant',
}

const writeNote: PolicyInput['request'] = {
  tool_name: 'write_note',
  action: 'write',
  resource: 'shopping',
  resources: ['shopping'],
  parameters: { name: 'shopping', content: 'milk, bread and eggs; '.repeat(6) },
  mcp_server: 'demo',
  resource_count: 1,
  method: 'tools/call',
}
