import type { EntryDraft } from '../domain/entry.ts'
import { Failure } from '../domain/failure.ts'
import type { ToolAnswer } from '../domain/gateway.ts'
import { fulfilledWithin } from '../domain/within.ts'
import type { Checked, Order, Recorded } from './stages.ts'
import type { DataPlane } from './world.ts'

/** How long an answer may wait for its outcome to be recorded before the agent is told that it is not. */
const outcomeDeadlineMs = 2_000
/** When to ask again for a call that waits for a reviewer. */
const retryAfterSeconds = 10

/**
 * Writes down how the call ended and gives the agent its answer. The record is durable first when something was found in the answer or the tenant wants it so;
 * otherwise it rides in the journal's next batch.
 */
export async function settle(checked: Checked, world: DataPlane): Promise<ToolAnswer> {
  const draft = outcomeDraft(checked, world)
  world.onOwnTime(draft.latency_ms - checked.upstreamMs, checked.recorded.call)
  if (checked.findings.length === 0 && !checked.recorded.tenant.strictOutcome) {
    world.journal.defer(draft)
    return checked.answer
  }
  // Whatever the reason: the agent is told that it is not recorded, and the sweep writes `unknown`.
  const written = await fulfilledWithin(outcomeDeadlineMs, world.journal.append(draft))
  return written ? checked.answer : unrecorded(checked.recorded)
}

/** Answers a call that is not made; where its record says that it would be, the outcome says that it was not. */
export async function refuse(order: Exclude<Order, { readonly kind: 'forward' }>, world: DataPlane): Promise<ToolAnswer> {
  const { recorded } = order
  const eventId = recorded.place.id
  if (order.kind === 'pending') {
    const reason = `${recorded.ruling.by.reason} A reviewer has been asked; repeat this exact call once it is approved.`
    const { escalationId } = order
    const policy = recorded.ruling.by.source
    return {
      kind: 'refused',
      refusal: { result: 'escalate', reasonCode: 'approval_pending', reason, policy, eventId, escalationId, retryAfterSeconds },
    }
  }
  if (recorded.ruling.kind === 'forward') world.journal.defer(notSentDraft(recorded, order.by.reasonCode, world))
  const { reasonCode, reason, source: policy } = order.by
  const escalationId = recorded.ruling.kind === 'deny' ? recorded.ruling.escalationId : undefined
  return {
    kind: 'refused',
    refusal: { result: 'deny', reasonCode, reason, policy, eventId, ...(escalationId !== undefined && { escalationId }) },
  }
}

function outcomeDraft(checked: Checked, world: DataPlane): EntryDraft & { readonly latency_ms: number } {
  const { answer, findings, recorded, redacted } = checked
  return {
    ...common(recorded, world),
    ...(findings.length > 0 && { dlp_action: redacted ? 'redact' : answer.kind === 'fault' ? 'block' : 'warn', dlp_findings: findings }),
    outcome: checked.outcome,
    upstream_ms: milliseconds(checked.upstreamMs),
    ...(answer.kind === 'error' && { response_code: answer.code }),
    ...(answer.kind === 'fault' && { error: answer.failure.code }),
  }
}

function notSentDraft(recorded: Recorded, reasonCode: string, world: DataPlane): EntryDraft {
  return { ...common(recorded, world), outcome: 'not_sent', extra: { reason_code: reasonCode } }
}

function common(recorded: Recorded, world: DataPlane) {
  return {
    tenant_id: recorded.tenant.id,
    event_type: 'tool_call.outcome',
    agent_id: recorded.agent.id,
    latency_ms: milliseconds(world.clock.monotonic() - recorded.startedAt),
    mcp_server: recorded.server.id,
    parent_event_id: recorded.place.id,
    request_id: recorded.requestId,
    session_id: recorded.claims.sessionId,
    tool_name: recorded.call.tool,
  } as const
}

/** Microseconds are as fine as these clocks are worth. */
function milliseconds(value: number): number {
  return Math.round(value * 1_000) / 1_000
}

function unrecorded(recorded: Recorded): ToolAnswer {
  const eventId = recorded.place.id
  const failure = new Failure('outcome_unrecorded', undefined, { details: { executed: true, retryable: false, event_id: eventId } })
  return { kind: 'fault', failure, eventId }
}
