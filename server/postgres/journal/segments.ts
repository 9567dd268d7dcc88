import pg from 'pg'
import type { Effect } from '../../domain/journal.ts'
import type { BatchEffect, CommitResult, JournalStore, LostEffect, Segment, Slot } from '../../journal/store.ts'
import type { Postgres } from '../connect.ts'
import { ownConnection } from '../own-connection.ts'
import { claimSlot } from './slots.ts'

/**
 * The journal's own connection. One prepared statement a batch, in its own implicit transaction: one round trip, one fsync. A commit that gets no
 * answer within the deadline ends the connection, and its outcome is unknown until the heads are read again.
 */
export interface SegmentStoreOptions {
  /** Names this process among those that share the database. */
  readonly holder: string
  readonly alone: boolean
  readonly deadlineMs?: number
}

export interface SegmentStore extends JournalStore {
  readonly close: () => Promise<void>
}

const statement = { name: 'journal_commit', text: 'SELECT behavry.journal_commit($1, $2, $3, $4, $5)' }

/** The store of group commit, over `behavry.journal_commit`. Nothing is connected before `claim`. */
export function createSegmentStore(postgres: Postgres, options: SegmentStoreOptions): SegmentStore {
  const { holder, alone, deadlineMs = 4_000 } = options
  const connection = ownConnection(() => postgres.dedicated('journal', deadlineMs))
  return {
    claim: async () => {
      connection.drop()
      const claim = await claimSlot(postgres, holder, alone)
      await connection.get()
      return claim
    },
    commit: async (slot, segments, effects) => {
      try {
        const client = await connection.get()
        await client.query({ ...statement, values: toValues(slot, segments, effects) })
        return { kind: 'committed' }
      } catch (error) {
        const result = toResult(error)
        if (result.kind === 'unavailable') connection.drop()
        return result
      }
    },
    close: connection.close,
  }
}

function toValues(slot: Slot, segments: readonly Segment[], effects: readonly BatchEffect[]): unknown[] {
  const records = segments.map(segment => Buffer.from(segment.records, 'utf8'))
  const heads = segments.map((segment, i) => ({
    stream_id: segment.streamId,
    tenant_id: segment.tenantId,
    first_seq: segment.firstSeq,
    last_seq: segment.lastSeq,
    previous_hash: segment.previousHash,
    first_hash: segment.firstHash,
    last_hash: segment.lastHash,
    bytes: records[i]?.byteLength,
  }))
  const bytes = records.length === 1 ? records[0] : Buffer.concat(records)
  return [slot.slot, slot.epoch, JSON.stringify(heads), bytes, effects.length === 0 ? '[]' : JSON.stringify(effects.map(toEffectRow))]
}

function toEffectRow({ i, eventId, effect }: BatchEffect): object {
  return { i, event_id: eventId, kind: effect.kind, ...effectFields(effect, eventId) }
}

function effectFields(effect: Effect, eventId: string): object {
  switch (effect.kind) {
    case 'open_escalation': {
      const e = effect.escalation
      return {
        row: {
          id: e.id,
          tenant_id: e.tenantId,
          status: e.status,
          created_at: e.createdAt,
          expires_at: e.expiresAt,
          agent_id: e.agentId,
          agent_name: e.agentName,
          risk_tier: e.riskTier,
          server_id: e.serverId,
          tool: e.tool,
          action: e.action,
          resource: e.resource,
          policy_id: e.policyId,
          reason: e.reason,
          call_digest: e.callDigest,
          event_id: eventId,
        },
      }
    }
    case 'spend_grant':
      return { tenant_id: effect.tenantId, grant_id: effect.grantId }
    case 'resolve_escalation': {
      const { tenantId, escalationId, status, by, note, grant } = effect
      const fields = { tenant_id: tenantId, escalation_id: escalationId, status, by, note }
      if (!grant) return fields
      return {
        ...fields,
        grant: {
          id: grant.id,
          tenant_id: tenantId,
          escalation_id: escalationId,
          call_digest: grant.callDigest,
          expires_at: grant.expiresAt,
        },
      }
    }
  }
}

function toResult(error: unknown): CommitResult {
  if (!(error instanceof pg.DatabaseError)) return { kind: 'unavailable', reason: error instanceof Error ? error.message : String(error) }
  if (error.code === 'BV001') return { kind: 'lost', effects: JSON.parse(error.detail ?? '[]') as LostEffect[] }
  if (error.code === 'BV002' || error.code === 'BV003') return { kind: 'moved' }
  return { kind: recordsFault.test(error.code ?? '') ? 'rejected' : 'unavailable', reason: `${error.code}: ${error.message}` }
}

/**
 * SQLSTATE classes that one record can bring about: its case (20), its data (22), a constraint (23), its size (54), a refusal of our own (P0). Everything else, from a
 * read-only server to a missing function, is the database's fault and stops the journal instead of one call.
 */
const recordsFault = /^(20|22|23|54|P0)/
