import type { EntryDraft } from '../domain/entry.ts'
import type { ToolAnswer } from '../domain/gateway.ts'
import { endOf } from './end-of-call.ts'
import type { Order, Recorded } from './stages.ts'
import type { DataPlane } from './world.ts'

/** When to ask again for a call that waits for a reviewer. */
const retryAfterSeconds = 10

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

function notSentDraft(recorded: Recorded, reasonCode: string, world: DataPlane): EntryDraft {
  return { ...endOf(recorded, world), outcome: 'not_sent', extra: { reason_code: reasonCode } }
}
