import type { Escalation, Escalations } from '../domain/approval.ts'
import type { Clock, Ids } from '../domain/clock.ts'
import type { EntryDraft } from '../domain/entry.ts'
import { Failure } from '../domain/failure.ts'
import type { Journal } from '../domain/journal.ts'

export interface ApprovalsWorld {
  readonly escalations: Escalations
  readonly journal: Journal
  readonly clock: Clock
  readonly ids: Ids
}

/** How long an approved call may wait to be repeated. */
const grantTtlMs = 3_600_000

/** A reviewer's decision. */
export interface Resolution {
  readonly tenantId: string
  readonly escalationId: string
  readonly status: 'approved' | 'denied'
  /** `local:<os user>`. */
  readonly by: string
  readonly note?: string
}

/**
 * Decides a pending escalation: record, row and grant in one commit, so that of two reviewers exactly one wins. Throws `not_found`, or `conflict` with
 * the resolution that was first (or `expired`).
 */
export async function resolve(resolution: Resolution, world: ApprovalsWorld): Promise<Escalation> {
  const { tenantId, escalationId } = resolution
  const escalation = await found(tenantId, escalationId, world)
  try {
    await world.journal.append(draftOf(escalation, resolution), {
      kind: 'resolve_escalation',
      ...resolution,
      ...(resolution.status === 'approved' && { grant: grantOf(escalation, world) }),
      otherwise: null,
    })
  } catch (error) {
    if (error instanceof Failure && error.code === 'conflict') throw await conflict(escalation, world)
    throw error
  }
  return await found(tenantId, escalationId, world)
}

async function found(tenantId: string, escalationId: string, world: ApprovalsWorld): Promise<Escalation> {
  const escalation = await world.escalations.find(tenantId, escalationId)
  if (!escalation) throw new Failure('not_found', 'There is no escalation by that id.')
  return escalation
}

function grantOf(escalation: Escalation, { clock, ids }: ApprovalsWorld) {
  const { id: escalationId, tenantId, callDigest } = escalation
  return { id: ids.next(), tenantId, escalationId, callDigest, expiresAt: new Date(clock.now() + grantTtlMs).toISOString() }
}

function draftOf(escalation: Escalation, { status, by, note }: Resolution): EntryDraft {
  return {
    actor: by,
    agent_id: escalation.agentId,
    escalation_id: escalation.id,
    event_type: status === 'approved' ? 'escalation.approved' : 'escalation.denied',
    extra: { call_digest: escalation.callDigest, ...(note !== undefined && { note }) },
    mcp_server: escalation.serverId,
    parent_event_id: escalation.eventId,
    target: escalation.resource,
    tenant_id: escalation.tenantId,
    tool_name: escalation.tool,
  }
}

async function conflict(before: Escalation, world: ApprovalsWorld): Promise<Failure> {
  const { status, resolvedAt, resolvedBy, note } = await found(before.tenantId, before.id, world)
  if (status === 'pending')
    return new Failure('conflict', 'The escalation has expired.', { details: { status: 'expired', expires_at: before.expiresAt } })
  return new Failure(
    'conflict',
    `The escalation is ${status} already, by ${resolvedBy ?? 'the clock'} at ${resolvedAt ?? before.expiresAt}.`,
    {
      details: { status, resolved_at: resolvedAt ?? null, resolved_by: resolvedBy ?? null, note: note ?? null },
    },
  )
}
