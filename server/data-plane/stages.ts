import type { Agent } from '../domain/agent.ts'
import type { Standing } from '../domain/approval.ts'
import type { ToolCall } from '../domain/call.ts'
import type { Outcome } from '../domain/entry.ts'
import type { Finding } from '../domain/finding.ts'
import type { ToolAnswer, ToolRequest } from '../domain/gateway.ts'
import type { Recorded as Place } from '../domain/journal.ts'
import type { Json } from '../domain/json.ts'
import type { McpServer } from '../domain/server.ts'
import type { Claims } from '../domain/session.ts'
import type { Snapshot, Tenant } from '../domain/snapshot.ts'
import type { Opinion, Verdict } from '../domain/verdict.ts'

/**
 * A call, as data: each stage is the one before it and what was found out since. Values are never changed; a step takes one stage and gives the next,
 * so what has not happened yet cannot be named.
 */
export interface Received {
  readonly request: ToolRequest
  /** Ours: links the call's records. */
  readonly requestId: string
  /** Monotonic milliseconds. */
  readonly startedAt: number
}

/** The agent is who its token says, and may act. */
export interface Identified extends Received {
  /** What is judged by, from here to the record. */
  readonly snapshot: Snapshot
  readonly claims: Claims
  readonly agent: Agent
  readonly tenant: Tenant
}

/** It is known what is called, and what that does. */
export interface Admitted extends Identified {
  readonly server: McpServer
  /** Digest of the tool's definition. */
  readonly toolPin: string
  readonly call: ToolCall
  readonly opinions: readonly Opinion[]
}

/** Everything that would reach the backend has been looked at. */
export interface Scanned extends Admitted {
  readonly findings: readonly Finding[]
}

/** The policies have been asked; the strictest of all opinions stands. */
export interface Judged extends Scanned {
  readonly verdict: Verdict
  /** Keyed digest of the canonical arguments. */
  readonly inputHash: string
}

/** A verdict that says `escalate` has been held against what humans said of this exact call. */
export interface Consulted extends Judged {
  readonly callDigest: string | undefined
  readonly standing: Standing
}

/** What was written down: the decision as it stands, durable. */
export interface Recorded extends Consulted {
  readonly place: Place
  readonly ruling: Ruling
}

/** The decision after approvals and restrictions: what will be done. */
export type Ruling =
  | { readonly kind: 'forward'; readonly by: Opinion; readonly grantId?: string }
  | { readonly kind: 'deny'; readonly by: Opinion; readonly escalationId?: string }
  | { readonly kind: 'pending'; readonly by: Opinion; readonly escalationId: string; readonly expiresAt: string }

declare const permitted: unique symbol

/** Leave to send one call, once. Only `enforce` makes it, only from a recorded call: what is not in the journal cannot be forwarded. */
export interface Permit {
  readonly [permitted]: true
  readonly recorded: Recorded
}

/** What is done with a recorded call. */
export type Order =
  | { readonly kind: 'forward'; readonly permit: Permit }
  | { readonly kind: 'refuse'; readonly recorded: Recorded; readonly by: Opinion }
  | { readonly kind: 'pending'; readonly recorded: Recorded; readonly escalationId: string; readonly expiresAt: string }

/** What the backend answered, before anybody looked at it. */
export interface Answered {
  readonly recorded: Recorded
  readonly answer: ToolAnswer
  readonly outcome: Outcome
  readonly upstreamMs: number
  /** What a scanner should look at. */
  readonly content: Json
}

/** The answer has been looked at, and cleaned. */
export interface Checked extends Answered {
  readonly findings: readonly Finding[]
  readonly redacted: boolean
}
