import type { EntryDraft } from '../domain/entry.ts'
import type { Journal } from '../domain/journal.ts'

/** A decision to forward whose outcome was never written. */
export interface Unsettled {
  readonly tenantId: string
  readonly eventId: string
  readonly requestId: string
  readonly agentId?: string
  readonly sessionId?: string
  readonly serverId?: string
  readonly tool?: string
}

/** Where decisions without outcome are found. */
export interface UnsettledSource {
  /** Slots whose process is gone, so that nobody closes their books. */
  readonly abandoned: () => Promise<readonly number[]>
  /** Keeps an abandoned slot to us for the time of a sweep; false when another process was faster. */
  readonly adopt: (slot: number) => Promise<boolean>
  /** Those of a slot's streams that were decided before `before` (Unix ms), oldest first. */
  readonly find: (slot: number, before: number, limit: number) => Promise<readonly Unsettled[]>
  /** Nothing before that time needs to be looked at again. */
  readonly settled: (slot: number, before: number) => Promise<void>
}

const perRound = 500

/**
 * Closes the books of calls whose end nobody saw: a crash, a journal that was away. Each gets an outcome `unknown`; it may have been carried out.
 * Looks at our own slot and at those whose process is gone. Gives how many.
 */
export async function settleUnknown(source: UnsettledSource, journal: Journal, own: number, before: number): Promise<number> {
  const abandoned = await source.abandoned()
  let total = await settleSlot(source, journal, own, before, true)
  for (const slot of abandoned) if (slot !== own) total += await settleSlot(source, journal, slot, before, false)
  return total
}

async function settleSlot(source: UnsettledSource, journal: Journal, slot: number, before: number, isOurs: boolean): Promise<number> {
  let total = 0
  let ours = isOurs
  for (;;) {
    const found = await source.find(slot, before, perRound)
    ours ||= found.length === 0 || (await source.adopt(slot))
    if (!ours) return total
    await Promise.all(found.map(call => journal.append(draftOf(call))))
    total += found.length
    if (found.length < perRound) break
  }
  await source.settled(slot, before)
  return total
}

function draftOf(call: Unsettled): EntryDraft {
  return {
    tenant_id: call.tenantId,
    event_type: 'tool_call.outcome',
    actor: 'system',
    outcome: 'unknown',
    parent_event_id: call.eventId,
    request_id: call.requestId,
    ...(call.agentId !== undefined && { agent_id: call.agentId }),
    ...(call.sessionId !== undefined && { session_id: call.sessionId }),
    ...(call.serverId !== undefined && { mcp_server: call.serverId }),
    ...(call.tool !== undefined && { tool_name: call.tool }),
  }
}
