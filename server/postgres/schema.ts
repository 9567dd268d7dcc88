import type { ColumnType, Generated, JSONColumnType } from 'kysely'
import type { AgentStatus, RiskTier } from '../domain/agent.ts'
import type { EscalationStatus } from '../domain/approval.ts'
import type { Action } from '../domain/call.ts'
import type { Json } from '../domain/json.ts'
import type { KillSwitch } from '../domain/kill-switch.ts'
import type { SealedTransport } from './registry/transports.ts'

/** The tables as Kysely sees them: what stands in `migrations/`, column by column. Timestamps come as Date, bigint as string. */
export interface Database {
  tenants: { id: string; slug: string; name: string; created_at: Generated<Date> }
  agents: {
    id: string
    tenant_id: string
    name: string
    agent_type: string
    roles: string[]
    permissions: string[]
    tags: Generated<string[]>
    status: Generated<AgentStatus>
    risk_tier: Generated<RiskTier>
    risk_score: Generated<number>
    epoch: Generated<number>
    created_at: Generated<Date>
  }
  sessions: {
    id: string
    tenant_id: string
    agent_id: string
    issued_by: string
    issued_at: Date
    expires_at: Date
    revoked_at: Date | null
  }
  servers: {
    tenant_id: string
    id: string
    name: string
    transport: JSONColumnType<SealedTransport>
    enabled: Generated<boolean>
    timeout_ms: Generated<number>
    revision: Generated<number>
    created_at: Generated<Date>
  }
  settings: { tenant_id: string; key: string; value: ColumnType<Json, string, string> }
  kill_switches: {
    id: string
    scope: KillSwitch['scope']
    tenant_id: string | null
    target: string | null
    reason: string
    engaged_by: string
    engaged_at: Generated<Date>
  }
  revocations: { session_id: string; revoked_by: string; revoked_at: Generated<Date>; expires_at: Date }
  secrets_meta: { name: string; fingerprint: string }
  change_seq: { one: Generated<boolean>; seq: string }
  escalations: {
    id: string
    tenant_id: string
    status: EscalationStatus
    created_at: Date
    expires_at: Date
    agent_id: string
    agent_name: string
    risk_tier: RiskTier
    server_id: string
    tool: string
    action: Action
    resource: string
    policy_id: string
    reason: string
    call_digest: string
    event_id: string
    resolved_at: Date | null
    resolved_by: string | null
    note: string | null
  }
  grants: {
    id: string
    tenant_id: string
    escalation_id: string
    call_digest: string
    expires_at: Date
    spent_at: Date | null
    spent_event_id: string | null
  }
  journal_slots: { slot: number; epoch: string; holder: string; leased_until: Date; settled_until: Generated<Date> }
  audit_heads: { stream_id: string; slot: number; tenant_id: string; seq: string; hash: string; epoch: string }
  journal_segments: {
    stream_id: string
    first_seq: string
    last_seq: string
    tenant_id: string
    first_hash: string
    last_hash: string
    records: Buffer
    committed_at: Generated<Date>
  }
  journal_projected: { stream_id: string; seq: string; hash: string }
  audit_events: AuditEventsTable
}

/** The projection of the journal: every field of an entry (`domain/entry.ts`) and its place in the chain. */
interface AuditEventsTable {
  id: string
  stream_id: string
  seq: string
  tenant_id: string
  timestamp: Date
  v: number
  event_type: string
  actor: string | null
  agent_id: string | null
  session_id: string | null
  action: string | null
  target: string | null
  tool_name: string | null
  mcp_server: string | null
  policy_result: string | null
  policy_id: string | null
  policy_reason: string | null
  policy_revision: string | null
  reasons: Json
  escalation_id: string | null
  grant_id: string | null
  request_id: string | null
  outcome: string | null
  response_code: number | null
  latency_ms: number | null
  upstream_ms: number | null
  error: string | null
  extra: Json
  previous_hash: string
  event_hash: string
}
