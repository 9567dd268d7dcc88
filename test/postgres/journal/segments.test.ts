import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { EntryDraft } from '../../../server/domain/entry.ts'
import { defaultTenantId } from '../../../server/domain/snapshot.ts'
import { linkHash } from '../../../server/journal/chain.ts'
import { verify } from '../../../server/journal/verify.ts'
import { createJournalReader } from '../../../server/postgres/journal/reader.ts'
import { openTestDatabase } from '../../stage/database.ts'
import { draft, openWriter } from '../../stage/journal.ts'

setDefaultTimeout(30_000)

const { postgres, superuser } = await openTestDatabase()
const tenants = [defaultTenantId, crypto.randomUUID(), crypto.randomUUID()]
const verified = () => verify(createJournalReader(postgres), () => undefined)

test('500 concurrent appends of three tenants: no gap, no fork, in order, in few commits', async () => {
  const { journal, commits, catchUp } = await openWriter(postgres)
  const drafts = Array.from({ length: 500 }, (_, n) => draft(n, tenants[n % 3]))
  const recorded = await Promise.all(drafts.map(one => journal.append(one)))
  for (const [t, tenant] of tenants.entries()) {
    const own = recorded.filter((_, n) => n % 3 === t)
    expect(own.map(({ seq }) => seq)).toEqual(own.map((_, n) => n + 1))
    const stored = await superuser<{ records: Buffer }>(
      'SELECT records FROM behavry.journal_segments WHERE tenant_id = $1 ORDER BY first_seq',
      [tenant],
    )
    const texts = stored.flatMap(row => row.records.toString().split('\n'))
    expect(texts.map(text => JSON.parse(text).extra.n)).toEqual(drafts.flatMap((_, n) => (n % 3 === t ? [n] : [])))
    expect(texts.reduce((link, text) => linkHash(text, link), 'GENESIS')).toBe(own.at(-1)?.hash ?? '')
  }
  expect(commits.length).toBeLessThan(20)
  await catchUp()
  expect(await verified()).toEqual({ intact: true, streams: 3, verified: 500, faults: [] })
})

test('commits grow with time, not with callers: batches follow concurrency', async () => {
  const { journal, commits } = await openWriter(postgres)
  for (const callers of [1, 16, 256]) {
    const before = commits.length
    await Promise.all(Array.from({ length: callers }, (_, n) => journal.append(draft(n))))
    expect(commits.length - before).toBeLessThanOrEqual(4)
  }
})

test('a deferred record is durable soon, though nobody waits', async () => {
  const { journal, commits } = await openWriter(postgres, { lingerMs: 5 })
  journal.defer({ ...draft(1), target: 'deferred' })
  await journal.flush()
  await Bun.sleep(50)
  await journal.flush()
  expect(commits).toEqual(['committed'])
  const rows = await superuser(`SELECT 1 FROM behavry.journal_segments WHERE convert_from(records, 'UTF8') LIKE '%deferred%'`)
  expect(rows).toHaveLength(1)
})

describe('hostile texts', () => {
  const texts = ['a\0b', '\ud800', '\udc00\ud800', '\\u0000', '\\\0', '\\\\ud800', '"\n\r\u2028', '💥'.repeat(2_000), '￿�']

  test('all of them are stored, projected, and verify', async () => {
    const { journal, catchUp } = await openWriter(postgres)
    const recorded = await Promise.all(
      texts.map(text => journal.append({ ...draft(0), target: text, tool_name: text, extra: { [text]: [text] } })),
    )
    await catchUp()
    const rows = await superuser<{ id: string; target: string }>(
      'SELECT id, target FROM behavry.audit_events WHERE id = ANY($1) ORDER BY seq',
      [recorded.map(({ id }) => id)],
    )
    expect(rows.map(row => row.target)).toEqual(
      texts.map(text => text.replaceAll('\0', '\\u0000').replace(/\p{Surrogate}/gu, one => `\\u${one.charCodeAt(0).toString(16)}`)),
    )
    expect((await verified()).faults).toEqual([])
  })
})

describe('records that do not fit their columns', () => {
  const misfits: readonly (readonly [string, Partial<EntryDraft>, readonly string[]])[] = [
    ['a code beyond 32 bits, as a hostile backend may answer', { response_code: 99_999_999_999 }, ['response_code']],
    ['a fraction where a whole number belongs', { response_code: 1.5 }, ['response_code']],
    ['ids that are none', { agent_id: 'nobody', session_id: '' }, ['agent_id', 'session_id']],
    ['a number beyond a double', { latency_ms: 1e308, upstream_ms: 5e-324 }, []],
  ]
  test.each(misfits)('%s', async (_, fields, unprojected) => {
    const { journal, catchUp } = await openWriter(postgres)
    const requestId = crypto.randomUUID()
    const { id } = await journal.append({ ...draft(1), ...fields, request_id: requestId, tool_name: 'kept' })
    const { id: behind } = await journal.append(draft(2))
    await catchUp()
    const rows = await superuser('SELECT id, request_id, tool_name, extra FROM behavry.audit_events WHERE id = ANY($1) ORDER BY seq', [
      [id, behind],
    ])
    expect(rows).toEqual([
      { id, request_id: requestId, tool_name: 'kept', extra: { n: 1, ...(unprojected.length > 0 && { unprojected }) } },
      { id: behind, request_id: null, tool_name: null, extra: { n: 2 } },
    ])
    expect((await verified()).faults).toEqual([])
  })
})

test('a record that the database rejects fails alone in a full batch, whatever stands beside it', async () => {
  const { journal, commits } = await openWriter(postgres)
  const drafts = Array.from({ length: 200 }, (_, n) => draft(n, n === 77 ? 'no uuid' : tenants[n % 3]))
  const ends = await Promise.allSettled(drafts.map(one => journal.append(one)))
  expect(ends.flatMap((end, n) => (end.status === 'rejected' ? [[n, end.reason.code]] : []))).toEqual([[77, 'record_rejected']])
  expect(commits).toContain('rejected')
  expect(journal.state()).toBe('open')
})

test('two journals on one database write streams of their own', async () => {
  const [a, b] = [await openWriter(postgres), await openWriter(postgres)]
  expect(a.journal.slot()?.slot).not.toBe(b.journal.slot()?.slot)
  const streams = await Promise.all(
    [a, b].map(async ({ journal }) => {
      const recorded = await Promise.all(Array.from({ length: 50 }, (_, n) => journal.append(draft(n))))
      expect(recorded.map(({ seq }) => seq)).toEqual(Array.from({ length: 50 }, (_, n) => n + 1))
      return recorded[0]?.streamId
    }),
  )
  expect(new Set(streams).size).toBe(2)
  // One projector brings in what both wrote, and a second one beside it does no harm.
  await Promise.all([a.catchUp(), b.catchUp(), a.catchUp()])
  expect((await verified()).intact).toBe(true)
})
