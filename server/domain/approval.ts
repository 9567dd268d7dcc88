import type { RiskTier } from './agent.ts'
import type { Action } from './call.ts'

export type EscalationStatus = 'pending' | 'approved' | 'denied' | 'expired' | 'cancelled'

/** A call that waits for a human. Times are ISO 8601 UTC. */
export interface Escalation {
  readonly id: string
  readonly tenantId: string
  readonly status: EscalationStatus
  readonly createdAt: string
  readonly expiresAt: string
  readonly agentId: string
  readonly agentName: string
  readonly riskTier: RiskTier
  readonly serverId: string
  readonly tool: string
  readonly action: Action
  readonly resource: string
  readonly policyId: string
  readonly reason: string
  /** What an approval binds: see `CallIdentity`. */
  readonly callDigest: string
  /** The record that opened it. */
  readonly eventId: string
  readonly resolvedAt?: string
  readonly resolvedBy?: string
  readonly note?: string
}

/** The permission that an approval makes: one forward of one digest, before its expiry. */
export interface Grant {
  readonly id: string
  readonly tenantId: string
  readonly escalationId: string
  readonly callDigest: string
  readonly expiresAt: string
}

/**
 * The exact call, as an approval sees it. Its digest is SHA-256 over the RFC 8785 form of this object. The arguments enter as
 * their keyed digest (the record's `input_hash`), so that whoever sees the digest cannot guess arguments by trying.
 */
export interface CallIdentity {
  readonly v: 1
  readonly method: 'tools/call'
  readonly tenant: string
  readonly agent: string
  readonly requester: string | null
  readonly delegation: string | null
  readonly server_id: string
  readonly server_revision: number
  readonly tool: string
  /** Pin of the tool's definition as it was judged. */
  readonly tool_pin: string
  readonly arguments: string
  /** Keyed digest of `_meta` but for what is anew in every request (progress token, trace); null when there is no more in it. */
  readonly meta: string | null
}

/** What the approvals room tells the data plane about one digest. */
export type Standing =
  | { readonly kind: 'none' }
  | { readonly kind: 'pending'; readonly escalationId: string; readonly expiresAt: string }
  | { readonly kind: 'granted'; readonly grant: Grant }
  | { readonly kind: 'refused'; readonly escalationId: string; readonly status: 'denied' }

/** Looks up what is known of a digest: a read, never a promise that a grant is still there when it is spent. */
export interface Approvals {
  readonly standing: (tenantId: string, callDigest: string) => Promise<Standing>
}

/** The registry of escalations, for reviewers. Resolving goes through the journal, so that record and row agree. */
export interface Escalations {
  readonly list: (tenantId: string, status: EscalationStatus | undefined, limit: number) => Promise<readonly Escalation[]>
  readonly find: (tenantId: string, id: string) => Promise<Escalation | undefined>
  /** Those of every tenant that are pending past their time. */
  readonly overdue: (limit: number) => Promise<readonly Escalation[]>
}
