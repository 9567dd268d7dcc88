import type { EntryDraft } from '../domain/entry.ts'
import { Failure } from '../domain/failure.ts'
import type { ToolAnswer } from '../domain/gateway.ts'
import { fulfilledWithin } from '../domain/within.ts'
import { endOf, milliseconds } from './end-of-call.ts'
import type { Checked, Recorded } from './stages.ts'
import type { DataPlane } from './world.ts'

/** How long an answer may wait for its outcome to be recorded before the agent is told that it is not. */
const outcomeDeadlineMs = 2_000

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

function outcomeDraft(checked: Checked, world: DataPlane): EntryDraft & { readonly latency_ms: number } {
  const { answer, findings, recorded, redacted } = checked
  return {
    ...endOf(recorded, world),
    ...(findings.length > 0 && { dlp_action: redacted ? 'redact' : answer.kind === 'fault' ? 'block' : 'warn', dlp_findings: findings }),
    outcome: checked.outcome,
    upstream_ms: milliseconds(checked.upstreamMs),
    ...(answer.kind === 'error' && { response_code: answer.code }),
    ...(answer.kind === 'fault' && { error: answer.failure.code }),
  }
}

function unrecorded(recorded: Recorded): ToolAnswer {
  const eventId = recorded.place.id
  const failure = new Failure('outcome_unrecorded', undefined, { details: { executed: true, retryable: false, event_id: eventId } })
  return { kind: 'fault', failure, eventId }
}
