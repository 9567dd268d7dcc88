import { describe, expect, test } from 'bun:test'
import { expire } from '../../server/approvals/expire.ts'
import { type ApprovalsWorld, resolve } from '../../server/approvals/resolve.ts'
import type { Escalation, EscalationStatus } from '../../server/domain/approval.ts'
import type { EntryDraft } from '../../server/domain/entry.ts'
import { Failure } from '../../server/domain/failure.ts'
import type { Effect } from '../../server/domain/journal.ts'

const pending: Escalation = {
  id: 'e1',
  tenantId: 't1',
  status: 'pending',
  createdAt: '2026-01-01T00:00:00.000Z',
  expiresAt: '2026-01-01T04:00:00.000Z',
  agentId: 'a1',
  agentName: 'demo',
  riskTier: 'medium',
  serverId: 'notes',
  tool: 'write_note',
  action: 'write',
  resource: 'todo',
  policyId: 'base.permissions',
  reason: 'Ask.',
  callDigest: 'sha256:abc',
  eventId: 'ev1',
}
const now = Date.parse('2026-01-01T01:00:00.000Z')

/** A journal that commits record and row together, or refuses both, as the database does. */
function stage(rows: readonly Escalation[], journal: 'works' | 'down' = 'works') {
  const table = new Map(rows.map(row => [row.id, row]))
  const records: EntryDraft[] = []
  const effects: Effect[] = []
  const append = async (draft: EntryDraft, effect?: Effect) => {
    if (journal === 'down') throw new Failure('journal_unavailable')
    if (effect?.kind !== 'resolve_escalation') throw new Error('an escalation is resolved by its effect')
    const row = table.get(effect.escalationId)
    if (row?.status !== 'pending' || (effect.status !== 'expired' && Date.parse(row.expiresAt) <= now)) throw new Failure('conflict')
    table.set(row.id, { ...row, status: effect.status, resolvedBy: effect.by, resolvedAt: new Date(now).toISOString() })
    records.push(draft)
    effects.push(effect)
    return { id: 'r', streamId: 's', seq: 1, hash: 'h' }
  }
  const world: ApprovalsWorld = {
    escalations: {
      list: async () => [...table.values()],
      find: async (tenantId, id) => [...table.values()].find(row => row.id === id && row.tenantId === tenantId),
      overdue: async () => [...table.values()].filter(row => row.status === 'pending' && Date.parse(row.expiresAt) <= now),
    },
    journal: { append, defer: () => {}, available: () => true },
    clock: { now: () => now, monotonic: () => 0 },
    ids: { next: () => 'g1' },
  }
  return { world, records, effects, statusOf: (id: string): EscalationStatus | undefined => table.get(id)?.status }
}
const decide = (status: 'approved' | 'denied', more: object = {}) => ({
  tenantId: 't1',
  escalationId: 'e1',
  status,
  by: 'local:ann',
  ...more,
})
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    error => (error instanceof Failure ? error.code : String(error)),
  )

test('an approval: record, row and a grant for this digest, in one commit', async () => {
  const { world, records, effects } = stage([pending])
  expect(await resolve(decide('approved', { note: 'ok' }), world)).toMatchObject({ status: 'approved', resolvedBy: 'local:ann' })
  expect(records).toMatchObject([
    {
      event_type: 'escalation.approved',
      actor: 'local:ann',
      escalation_id: 'e1',
      parent_event_id: 'ev1',
      extra: { call_digest: 'sha256:abc', note: 'ok' },
    },
  ])
  expect(effects).toMatchObject([
    {
      kind: 'resolve_escalation',
      status: 'approved',
      grant: { id: 'g1', callDigest: 'sha256:abc', expiresAt: '2026-01-01T02:00:00.000Z' },
      otherwise: null,
    },
  ])
})

test('a denial makes no grant', async () => {
  const { world, records, effects } = stage([pending])
  await resolve(decide('denied'), world)
  expect(records.map(({ event_type }) => event_type)).toEqual(['escalation.denied'])
  expect(effects[0]).not.toHaveProperty('grant')
})

test('of many reviewers exactly one wins, and the others see who and when', async () => {
  const { world, records } = stage([pending])
  const all = Array.from({ length: 20 }, (_, i) => resolve(decide(i % 2 === 0 ? 'approved' : 'denied', { by: `local:r${i}` }), world))
  const results = await Promise.allSettled(all)
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  expect(records).toHaveLength(1)
  const lost = results.find(result => result.status === 'rejected')
  expect(lost?.reason).toMatchObject({
    code: 'conflict',
    details: { status: 'approved', resolved_by: 'local:r0', resolved_at: '2026-01-01T01:00:00.000Z' },
  })
})

describe('what cannot be decided is not recorded', () => {
  test.each([
    ['no such escalation', 'not_found', [], 'works'],
    ['of another tenant', 'not_found', [{ ...pending, tenantId: 't2' }], 'works'],
    ['denied before', 'conflict', [{ ...pending, status: 'denied' }], 'works'],
    ['cancelled before', 'conflict', [{ ...pending, status: 'cancelled' }], 'works'],
    ['past its time, though no sweep ran', 'conflict', [{ ...pending, expiresAt: '2026-01-01T00:59:59.000Z' }], 'works'],
    ['the journal is down', 'journal_unavailable', [pending], 'down'],
  ] as const)('%s', async (_, code, rows, journal) => {
    const { world, records, effects } = stage(rows as readonly Escalation[], journal)
    expect(await codeOf(resolve(decide('approved'), world))).toBe(code)
    expect([records, effects]).toEqual([[], []])
  })
})

describe('the sweep', () => {
  test('closes what is past its time and nothing else, each with its record', async () => {
    const late = { ...pending, id: 'late', expiresAt: '2026-01-01T00:30:00.000Z' }
    const { world, records, statusOf } = stage([pending, late])
    expect(await expire(world)).toBe(1)
    expect([statusOf('e1'), statusOf('late')]).toEqual(['pending', 'expired'])
    expect(records).toMatchObject([{ event_type: 'escalation.expired', actor: 'system', escalation_id: 'late' }])
    expect(await expire(world)).toBe(0)
  })

  test('loses to a reviewer without a fuss, and fails aloud when the journal does', async () => {
    const late = { ...pending, expiresAt: '2026-01-01T00:30:00.000Z' }
    const lost = stage([{ ...late, status: 'denied' }])
    expect(await expire({ ...lost.world, escalations: { ...lost.world.escalations, overdue: async () => [late] } })).toBe(0)
    expect(await codeOf(expire(stage([late], 'down').world))).toBe('journal_unavailable')
  })
})
