import { t } from 'elysia'
import { limit } from './fields.ts'

const escalationStatus = t.UnionEnum(['pending', 'approved', 'denied', 'expired', 'cancelled'], {
  description: 'must be pending, approved, denied, expired or cancelled.',
})

export const escalationQuery = t.Object({ status: t.Optional(escalationStatus), limit: t.Optional(limit) })

export const resolutionRequest = t.Object({ note: t.Optional(t.String({ maxLength: 2_000 })) }, { additionalProperties: false })

/** An escalation as reviewers see it. */
export interface EscalationView {
  readonly id: string
  readonly status: string
  readonly created_at: string
  readonly expires_at: string
  readonly agent: { readonly id: string; readonly name: string }
  readonly risk_tier: string
  readonly server: string
  readonly tool: string
  readonly action: string
  readonly resource: string
  readonly reason: string
  readonly policy: string
  readonly call_digest: string
  readonly event_id: string
  readonly resolved_at?: string
  readonly resolved_by?: string
  readonly note?: string
}
