import type { Agent } from './agent.ts'
import type { Failure, FailureCode } from './failure.ts'
import type { Json, JsonObject } from './json.ts'
import type { McpServer } from './server.ts'
import type { Decision } from './verdict.ts'

/** Who asks, and for which server, before anything of it is believed. */
export interface Approach {
  /** The bearer token as it came; absent when there was none. */
  readonly token: string | undefined
  readonly serverId: string
  /** The peer's address, for refusals of the unknown; never for identity. */
  readonly address: string
  /** JSON-RPC method. */
  readonly method: string
}

/** A `tools/call` as it was parsed from the wire. */
export interface ToolRequest extends Approach {
  readonly tool: string
  readonly arguments: JsonObject
  readonly argumentsText: string
  /** `params._meta`, which reaches the backend as it came. */
  readonly meta: { readonly value: JsonObject; readonly text: string } | undefined
  /** Aborted when the agent went away or cancelled. */
  readonly signal: AbortSignal
}

/** Why a call was not made, for the agent to read: goes into `_meta["behavry/decision"]`. */
export interface Refusal {
  readonly result: Exclude<Decision, 'allow' | 'restrict'>
  readonly reasonCode: string
  readonly reason: string
  readonly policy: string
  readonly eventId: string
  readonly escalationId?: string
  readonly retryAfterSeconds?: number
}

/** What the agent is answered. `fault`: the call was allowed, but something behind us failed. */
export type ToolAnswer =
  | { readonly kind: 'result'; readonly text: string }
  | { readonly kind: 'error'; readonly code: number; readonly message: string; readonly data?: Json }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'fault'; readonly failure: Failure; readonly eventId: string }

/** Somebody who was let in, for methods that are not tool calls. */
export interface Admission {
  readonly agent: Agent
  readonly server: McpServer
}

/**
 * The data plane, as the protocols see it. Both throw a `Failure` when the caller is not let in (token, server, limits) or when we
 * cannot stand by our promises (journal, snapshot).
 */
export interface Gateway {
  /** Whether the token is one that we signed and that has not run out: strangers are heard out only briefly. */
  readonly knows: (token: string | undefined) => boolean | Promise<boolean>
  /** Governs one tool call from end to end. */
  readonly callTool: (request: ToolRequest) => Promise<ToolAnswer>
  /** Lets in, and records at the tenant's level, a method that is not a tool call. */
  readonly admit: (approach: Approach) => Promise<Admission>
  /** Counts a refusal into the journal: one record a (principal or address, reason, minute). */
  readonly noteRefusal: (approach: Approach, code: FailureCode) => void
}
