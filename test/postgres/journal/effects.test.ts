import { expect, setDefaultTimeout, test } from 'bun:test'
import type { Escalation } from '../../../server/domain/approval.ts'
import type { Effect } from '../../../server/domain/journal.ts'
import { defaultTenantId } from '../../../server/domain/snapshot.ts'
import { createApprovals, createEscalations } from '../../../server/postgres/motion/escalations.ts'
import { openTestDatabase } from '../../stage/database.ts'
import { codeOf, draft, openWriter } from '../../stage/journal.ts'

setDefaultTimeout(30_000)

const { postgres, superuser } = await openTestDatabase()
const { journal } = await openWriter(postgres)
const { journal: other } = await openWriter(postgres)
const tenantId = defaultTenantId
const hour = 3_600_000

function escalation(callDigest: string, ttlMs = hour): Escalation {
  return {
    id: Bun.randomUUIDv7(),
    tenantId,
    status: 'pending',
    createdAt: new Date().toISOString(),
    expiresAt: new Date(Date.now() + ttlMs).toISOString(),
    agentId: crypto.randomUUID(),
    agentName: 'demo',
    riskTier: 'low',
    serverId: 'files',
    tool: 'write_file',
    action: 'write',
    resource: '/etc/motd',
    policyId: 'base',
    reason: 'why',
    callDigest,
    eventId: '',
  }
}

const open = (wanted: Escalation): Effect => ({
  kind: 'open_escalation',
  escalation: wanted,
  otherwise: existing => ({ ...draft(0), escalation_id: existing, extra: { lost: true } }),
})
const spend = (grantId: string): Effect => ({
  kind: 'spend_grant',
  tenantId,
  grantId,
  otherwise: () => ({ ...draft(0), extra: { lost: true } }),
})
const resolved = (escalationId: string, status: 'approved' | 'denied' | 'expired', callDigest?: string, grantTtlMs = hour): Effect => ({
  kind: 'resolve_escalation',
  tenantId,
  escalationId,
  status,
  by: 'local:alice',
  ...(callDigest !== undefined && {
    grant: { id: Bun.randomUUIDv7(), tenantId, escalationId, callDigest, expiresAt: new Date(Date.now() + grantTtlMs).toISOString() },
  }),
  otherwise: null,
})

/** The record as it was stored. */
async function recordOf(id: string): Promise<Record<string, unknown>> {
  const rows = await superuser<{ record: string }>(
    `SELECT line AS record FROM behavry.journal_segments, LATERAL string_to_table(convert_from(records, 'UTF8'), E'\\n') AS line WHERE line LIKE $1`,
    [`%"id":"${id}"%`],
  )
  return JSON.parse(rows[0]?.record ?? 'null')
}

async function approved(callDigest: string, grantTtlMs?: number): Promise<string> {
  const wanted = escalation(callDigest)
  await journal.append(draft(0), open(wanted))
  await journal.append(draft(0), resolved(wanted.id, 'approved', callDigest, grantTtlMs))
  const rows = await superuser<{ id: string }>('SELECT id FROM behavry.grants WHERE escalation_id = $1', [wanted.id])
  return rows[0]?.id ?? ''
}

const racers = [
  ['in one batch', journal],
  ['from two processes', other],
] as const

test.each(racers)('the same call escalated twice at once, %s: one escalation, both records name it', async (name, second) => {
  const digest = `open ${name}`
  const wanted = [escalation(digest), escalation(digest)] as const
  const [a, b] = await Promise.all([journal.append(draft(1), open(wanted[0])), second.append(draft(2), open(wanted[1]))])
  const rows = await superuser('SELECT id, event_id, status FROM behavry.escalations WHERE call_digest = $1', [digest])
  const [winner, loser] = a.lost ? [b, a] : [a, b]
  expect(rows).toEqual([{ id: (a.lost ? wanted[1] : wanted[0]).id, event_id: winner.id, status: 'pending' }])
  expect(winner.lost).toBeUndefined()
  expect(loser.lost?.existing).toBe(String(rows[0]?.id))
  expect(await recordOf(loser.id)).toMatchObject({ escalation_id: rows[0]?.id, extra: { lost: true } })
})

test.each(racers)('one grant spent twice at once, %s: exactly one wins', async (name, second) => {
  const grantId = await approved(`spend ${name}`)
  const [a, b] = await Promise.all([
    journal.append({ ...draft(1), grant_id: grantId }, spend(grantId)),
    second.append(draft(2), spend(grantId)),
  ])
  const [winner, loser] = a.lost ? [b, a] : [a, b]
  expect(winner.lost).toBeUndefined()
  expect(loser.lost).toEqual({ existing: 'spent' })
  expect((await recordOf(loser.id)).extra).toEqual({ lost: true })
  expect(await superuser('SELECT spent_event_id FROM behavry.grants WHERE id = $1', [grantId])).toEqual([{ spent_event_id: winner.id }])
})

test('a grant that ran out, or of another tenant, cannot be spent', async () => {
  const late = await approved('late', -1)
  expect((await journal.append(draft(0), spend(late))).lost).toEqual({ existing: 'spent' })
  const good = await approved('good')
  const foreign: Effect = { kind: 'spend_grant', tenantId: crypto.randomUUID(), grantId: good, otherwise: () => draft(0) }
  expect((await journal.append(draft(0), foreign)).lost).toEqual({ existing: 'spent' })
  expect(await superuser('SELECT spent_at FROM behavry.grants WHERE id = ANY($1)', [[late, good]])).toEqual([
    { spent_at: null },
    { spent_at: null },
  ])
})

test.each(racers)(
  'an escalation decided twice at once, %s: one decision, one grant at most, the other is a conflict',
  async (name, second) => {
    const wanted = escalation(`resolve ${name}`)
    await journal.append(draft(0), open(wanted))
    const before = await superuser<{ count: string }>('SELECT sum(last_seq - first_seq + 1) AS count FROM behavry.journal_segments')
    const ends = await Promise.allSettled([
      journal.append(draft(1), resolved(wanted.id, 'approved', wanted.callDigest)),
      second.append(draft(2), resolved(wanted.id, 'denied')),
    ])
    const after = await superuser<{ count: string }>('SELECT sum(last_seq - first_seq + 1) AS count FROM behavry.journal_segments')
    expect(ends.map(end => end.status).sort()).toEqual(['fulfilled', 'rejected'])
    const won = ends[0].status === 'fulfilled' ? 'approved' : 'denied'
    const refused = ends.find(end => end.status === 'rejected')
    expect(refused?.reason).toMatchObject({ code: 'conflict', details: { existing: won } })
    expect(Number(after[0]?.count) - Number(before[0]?.count)).toBe(1)
    expect((await createEscalations(postgres).find(tenantId, wanted.id))?.status).toBe(won)
    const grants = await superuser('SELECT 1 FROM behavry.grants WHERE escalation_id = $1', [wanted.id])
    expect(grants).toHaveLength(won === 'approved' ? 1 : 0)
  },
)

test('after its time it cannot be approved, only closed', async () => {
  const wanted = escalation('expired', -1)
  await journal.append(draft(0), open(wanted))
  expect(await codeOf(journal.append(draft(0), resolved(wanted.id, 'approved', wanted.callDigest)))).toBe('conflict')
  expect((await createEscalations(postgres).overdue(100)).map(({ id }) => id)).toContain(wanted.id)
  await journal.append(draft(0), resolved(wanted.id, 'expired'))
  expect(await codeOf(journal.append(draft(0), resolved(wanted.id, 'expired')))).toBe('conflict')
  expect(await createApprovals(postgres).standing(tenantId, 'expired')).toEqual({ kind: 'none' })
})

test('an approval stands as long as its grant is good and unspent', async () => {
  const { standing } = createApprovals(postgres)
  expect(await standing(tenantId, 'life')).toEqual({ kind: 'none' })
  const wanted = escalation('life')
  await journal.append(draft(0), open(wanted))
  expect(await standing(tenantId, 'life')).toMatchObject({ kind: 'pending', escalationId: wanted.id })
  expect(await standing(crypto.randomUUID(), 'life')).toEqual({ kind: 'none' })
  await journal.append(draft(0), resolved(wanted.id, 'approved', 'life'))
  const granted = await standing(tenantId, 'life')
  expect(granted.kind).toBe('granted')
  if (granted.kind === 'granted') await journal.append(draft(0), spend(granted.grant.id))
  expect(await standing(tenantId, 'life')).toEqual({ kind: 'none' })
})

test('an effect that the database cannot hold costs only its own call', async () => {
  const bad = { ...escalation('poison'), resource: 'a\0b' }
  const ends = await Promise.allSettled([
    journal.append(draft(0)),
    journal.append(draft(1)),
    journal.append(draft(2), open(bad)),
    journal.append(draft(3), open(escalation('beside'))),
    journal.append(draft(4)),
  ])
  expect(ends.map(end => (end.status === 'rejected' ? end.reason.code : 'recorded'))).toEqual([
    'recorded',
    'recorded',
    'record_rejected',
    'recorded',
    'recorded',
  ])
  expect(await superuser(`SELECT 1 FROM behavry.escalations WHERE call_digest = 'poison'`)).toEqual([])
  expect(await superuser(`SELECT 1 FROM behavry.escalations WHERE call_digest = 'beside'`)).toHaveLength(1)
})
