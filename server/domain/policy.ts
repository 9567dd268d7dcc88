import type { Action } from './call.ts'
import type { Finding } from './finding.ts'
import type { JsonObject } from './json.ts'
import type { Opinion } from './verdict.ts'

/** Where a policy is asked. An absent list means everywhere; agents are named by id. */
export interface PolicyScope {
  readonly servers?: readonly string[]
  readonly tools?: readonly string[]
  readonly actions?: readonly Action[]
  readonly agents?: readonly string[]
}

/** An active policy as the judge knows it. */
export interface Policy {
  /** `<category>.<slug>`, such as `base.filesystem`. */
  readonly id: string
  readonly scope: PolicyScope
}

/**
 * What a policy is asked: one superset, so that policies written against any published example run unchanged.
 * snake_case because policies read it. Key order is fixed by `data-plane/evaluate.ts`.
 */
export interface PolicyInput {
  readonly agent: {
    readonly id: string
    readonly name: string
    readonly role: string
    readonly roles: readonly string[]
    readonly permissions: readonly string[]
    readonly risk_tier: string
    readonly risk_score: number
    readonly tags: readonly string[]
    readonly agent_type: string
  }
  readonly request: {
    readonly tool_name: string
    readonly action: Action
    readonly resource: string
    readonly resources: readonly string[]
    readonly parameters: JsonObject
    readonly mcp_server: string
    readonly resource_count: number
    readonly method: string
  }
  readonly action: { readonly type: Action; readonly tool: string }
  readonly resource: { readonly path: string; readonly server: string }
  readonly session: { readonly id: string; readonly duration_seconds: number; readonly call_count: number; readonly denied_count: number }
  readonly requester: { readonly id: string; readonly channel: string; readonly verified: boolean }
  readonly workflow_session: JsonObject | null
  readonly delegation: JsonObject | null
  readonly context: {
    readonly time: { readonly rfc3339: string; readonly hour: number; readonly weekday: string; readonly business_hours: boolean }
    readonly deployment_mode: string
    readonly tenant: string
    readonly behavior: { readonly z_scores: JsonObject; readonly baseline_status: string }
  }
  readonly content: { readonly dlp_findings: readonly Finding[]; readonly injection_findings: readonly Finding[] }
  readonly dlp: { readonly has_findings: boolean; readonly findings: readonly Finding[] }
  readonly inbound: { readonly has_findings: boolean; readonly findings: readonly Finding[] }
}

/**
 * Asks every policy whose scope covers the call, each by itself, and gives the opinions of those that have one. It never throws: a
 * policy that errs or gives something unreadable is an opinion `deny` with code `policy_error`.
 */
export interface Judge {
  /** Engine and version, for the record: `opa-wasm/1.10.0`. */
  readonly engine: string
  /** Names the policies in force; changes whenever one of them does. */
  readonly revision: string
  readonly judge: (input: PolicyInput) => readonly Opinion[] | Promise<readonly Opinion[]>
}
