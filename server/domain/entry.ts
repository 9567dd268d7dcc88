import type { RiskTier } from './agent.ts'
import type { Action } from './call.ts'
import type { Finding } from './finding.ts'
import type { JsonObject } from './json.ts'
import type { Decision } from './verdict.ts'

/** What kinds of record the journal holds. Names are a stored format: they are added to, never changed. */
export type EventType =
  | 'tool_call.decision'
  | 'tool_call.outcome'
  | 'mcp.request'
  | 'request.refused'
  | 'escalation.approved'
  | 'escalation.denied'
  | 'escalation.expired'
  | 'token.issued'
  | 'token.revoked'
  | 'agent.created'
  | 'server.added'
  | 'server.removed'
  | 'kill_switch.engaged'
  | 'kill_switch.released'
  | 'appliance.started'
  | 'appliance.stopped'

/** How a forwarded call ended. `unknown`: it may have been carried out, nobody saw its answer. */
export type Outcome = 'succeeded' | 'failed' | 'not_sent' | 'unknown'

/** One opinion, as the record keeps it. */
export interface RecordedOpinion {
  readonly source: string
  readonly decision: Decision
  readonly reason_code: string
  readonly reason: string
  readonly profile?: string
}

/**
 * What a caller says of an event, record format v1: snake_case because these are the very keys that are stored and hashed.
 * An absent field stays absent, it is never null. No field holds an argument's value or a secret: `target` and `policy_reason` are
 * redacted by whoever writes them, arguments enter only as `input_hash`.
 */
export interface EntryDraft {
  readonly tenant_id: string
  readonly event_type: EventType
  readonly request_id?: string
  /** Who acted, for operator events: `local:<os user>`, `system`. */
  readonly actor?: string
  readonly agent_id?: string
  readonly session_id?: string
  readonly action?: Action
  readonly target?: string
  readonly tool_name?: string
  readonly mcp_server?: string
  readonly policy_result?: Decision
  readonly policy_id?: string
  readonly policy_reason?: string
  readonly policy_revision?: string
  readonly reasons?: readonly RecordedOpinion[]
  readonly risk_tier?: RiskTier
  readonly behavioral_score?: number
  readonly dlp_findings?: readonly Finding[]
  readonly dlp_action?: 'allow' | 'warn' | 'block' | 'redact'
  readonly injection_findings?: readonly Finding[]
  /** HMAC-SHA256 over the RFC 8785 form of the arguments under the tenant's key, 64 hex digits. */
  readonly input_hash?: string
  readonly requester_id?: string
  readonly parent_event_id?: string
  readonly escalation_id?: string
  readonly grant_id?: string
  readonly outcome?: Outcome
  /** HTTP status or JSON-RPC error code that the agent was given. */
  readonly response_code?: number
  /** The whole call as the agent waited for it. */
  readonly latency_ms?: number
  /** The backend's share of it. */
  readonly upstream_ms?: number
  /** A failure code of `domain/failure.ts`. */
  readonly error?: string
  readonly extra?: JsonObject
}

/** A draft with its place in the chain: the object whose RFC 8785 form is stored and hashed. */
export interface Entry extends EntryDraft {
  readonly v: 1
  /** UUIDv7. */
  readonly id: string
  readonly stream_id: string
  /** From 1, without gaps, per stream. */
  readonly seq: number
  /** ISO 8601 UTC with milliseconds, of the moment it was appended. */
  readonly timestamp: string
}
