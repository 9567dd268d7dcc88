import { expect, setDefaultTimeout, test } from 'bun:test'
import { verify } from '../../../server/journal/verify.ts'
import { createJournalReader } from '../../../server/postgres/journal/reader.ts'
import { createSegmentStore } from '../../../server/postgres/journal/segments.ts'
import { claimSlot, renewSlot } from '../../../server/postgres/journal/slots.ts'
import { openTestDatabase, type TestDatabase } from '../../stage/database.ts'
import { draft, openWriter } from '../../stage/journal.ts'

setDefaultTimeout(30_000)

/** The lease of every slot is over, as after fifteen seconds without a sign of life. */
const expireLeases = (database: TestDatabase) =>
  database.superuser(`UPDATE behavry.journal_slots SET leased_until = now() - interval '1 second'`)
const intact = async ({ postgres }: TestDatabase) => (await verify(createJournalReader(postgres), () => undefined)).faults

test('a slot is given to one holder at a time, and again to the one who has it, each time under a new epoch', async () => {
  const { postgres, ...database } = await openTestDatabase()
  const claimed = await Promise.all(['a', 'b', 'c'].map(holder => claimSlot(postgres, holder, false)))
  expect(claimed.map(({ slot }) => slot.slot).sort()).toEqual([0, 1, 2])
  const [a] = claimed
  const again = await claimSlot(postgres, 'a', false)
  expect(again.slot).toEqual({ slot: a?.slot.slot ?? -1, epoch: 2 })
  expect(await renewSlot(postgres, again.slot)).toBe(true)
  if (a) expect(await renewSlot(postgres, a.slot)).toBe(false)
  await expireLeases({ postgres, ...database })
  expect((await claimSlot(postgres, 'd', false)).slot).toEqual({ slot: 0, epoch: expect.any(Number) })
  expect((await claimSlot(postgres, 'e', true)).slot.slot).toBe(0)
})

test('whoever lost a slot cannot write under it: it takes another and goes on, and no chain forks', async () => {
  const database = await openTestDatabase()
  const sleeper = await openWriter(database.postgres)
  const first = await sleeper.journal.append(draft(1))
  expect(first.seq).toBe(1)
  await expireLeases(database)
  const taker = await openWriter(database.postgres)
  expect(taker.journal.slot()).toEqual({ slot: 0, epoch: 2 })
  const [late, taken] = await Promise.all([sleeper.journal.append(draft(2)), taker.journal.append(draft(3))])
  expect(taken).toMatchObject({ streamId: first.streamId, seq: 2 })
  expect(late).toMatchObject({ seq: 1 })
  expect(late.streamId).not.toBe(first.streamId)
  expect(sleeper.commits).toEqual(['committed', 'moved', 'committed'])
  expect(sleeper.states).toEqual(['open'])
  await taker.catchUp()
  expect(await intact(database)).toEqual([])
})

test('a stream that the loser never wrote to is closed to it too', async () => {
  const database = await openTestDatabase()
  const sleeper = await openWriter(database.postgres)
  await expireLeases(database)
  const taker = await openWriter(database.postgres)
  const tenant = crypto.randomUUID()
  const late = await sleeper.journal.append(draft(1, tenant))
  const taken = await taker.journal.append(draft(2, tenant))
  expect([late.streamId, taken.streamId]).toEqual([`1.${tenant}`, `0.${tenant}`])
  expect(sleeper.commits).toEqual(['moved', 'committed'])
})

test('a restarted process goes on with the chain of the one before it', async () => {
  const database = await openTestDatabase()
  const before = await openWriter(database.postgres, { alone: true })
  const last = await before.journal.append(draft(1))
  // No goodbye: the process was killed.
  const after = await openWriter(database.postgres, { alone: true })
  expect(await after.journal.append(draft(2))).toMatchObject({ streamId: last.streamId, seq: 2 })
  await after.catchUp()
  expect(await intact(database)).toEqual([])
})

test('of two commits with one head only one is written, and a wrong head, epoch or slot writes nothing', async () => {
  const { postgres, superuser } = await openTestDatabase()
  const store = createSegmentStore(postgres, { holder: 'a', alone: false })
  const rival = createSegmentStore(postgres, { holder: 'b', alone: false })
  const { slot } = await store.claim()
  const tenantId = crypto.randomUUID()
  const segment = (firstSeq: number, previousHash: string) => ({
    streamId: `${slot.slot}.${tenantId}`,
    tenantId,
    firstSeq,
    lastSeq: firstSeq,
    previousHash,
    firstHash: `h${firstSeq}`,
    lastHash: `h${firstSeq}`,
    records: '{}',
  })
  const race = await Promise.all([store, rival].map(one => one.commit(slot, [segment(1, 'GENESIS')], [])))
  expect(race.map(({ kind }) => kind).sort()).toEqual(['committed', 'moved'])
  const wrong = [
    await store.commit(slot, [segment(2, 'other')], []),
    await store.commit(slot, [segment(3, 'h1')], []),
    await store.commit(slot, [segment(1, 'GENESIS')], []),
    await store.commit({ ...slot, epoch: slot.epoch + 1 }, [segment(2, 'h1')], []),
    await store.commit(slot, [segment(2, 'h1'), { ...segment(5, 'h4'), streamId: `${slot.slot}.other` }], []),
  ]
  expect(wrong.map(({ kind }) => kind)).toEqual(['moved', 'moved', 'moved', 'moved', 'moved'])
  expect((await store.commit(slot, [segment(2, 'h1')], [])).kind).toBe('committed')
  expect(await superuser('SELECT first_seq FROM behavry.journal_segments ORDER BY first_seq')).toEqual([
    { first_seq: '1' },
    { first_seq: '2' },
  ])
  await Promise.all([store.close(), rival.close()])
})
