import { expect, setDefaultTimeout, test } from 'bun:test'
import type { EntryDraft, Outcome } from '../../../server/domain/entry.ts'
import { defaultTenantId } from '../../../server/domain/snapshot.ts'
import { settleUnknown } from '../../../server/journal/unknown-outcomes.ts'
import { createUnsettledSource } from '../../../server/postgres/journal/unsettled.ts'
import { openTestDatabase, type TestDatabase } from '../../stage/database.ts'
import { openWriter, type Writer } from '../../stage/journal.ts'

setDefaultTimeout(30_000)

const decision = (fields: Partial<EntryDraft> = {}): EntryDraft => ({
  tenant_id: defaultTenantId,
  event_type: 'tool_call.decision',
  policy_result: 'allow',
  request_id: crypto.randomUUID(),
  mcp_server: 'files',
  tool_name: 'read_file',
  ...fields,
})
const outcome = ({ request_id = '' }: EntryDraft, how: Outcome): EntryDraft => ({
  tenant_id: defaultTenantId,
  event_type: 'tool_call.outcome',
  request_id,
  outcome: how,
})

const sweep = ({ postgres }: TestDatabase, { journal, catchUp }: Writer, before = Date.now() + 1) =>
  settleUnknown(createUnsettledSource(postgres, catchUp), journal, journal.slot()?.slot ?? -1, before)

async function unknowns({ superuser }: TestDatabase, { catchUp }: Writer): Promise<readonly Record<string, unknown>[]> {
  await catchUp()
  return await superuser(
    `SELECT request_id, parent_event_id, tool_name, actor FROM behavry.audit_events WHERE outcome = 'unknown' ORDER BY seq`,
  )
}

test('exactly the forwarded calls without an outcome get one: unknown, once', async () => {
  const database = await openTestDatabase()
  const writer = await openWriter(database.postgres)
  const cases = [
    { draft: decision(), unknown: true },
    { draft: decision({ policy_result: 'restrict' }), unknown: true },
    { draft: decision({ policy_result: 'deny' }), unknown: false },
    { draft: decision({ policy_result: 'escalate' }), unknown: false },
    { draft: decision(), settled: 'succeeded', unknown: false },
    { draft: decision(), settled: 'failed', unknown: false },
    { draft: decision(), settled: 'not_sent', unknown: false },
  ] as const
  const recorded = await Promise.all(cases.map(({ draft }) => writer.journal.append(draft)))
  for (const one of cases) if ('settled' in one) writer.journal.defer(outcome(one.draft, one.settled))
  expect(await sweep(database, writer)).toBe(2)
  const expected = cases.flatMap(({ draft, unknown }, n) =>
    unknown ? [{ request_id: draft.request_id, parent_event_id: recorded[n]?.id, tool_name: 'read_file', actor: 'system' }] : [],
  )
  expect(await unknowns(database, writer)).toEqual(expected as never)
  expect(await sweep(database, writer)).toBe(0)
  expect(await unknowns(database, writer)).toHaveLength(2)
})

test('a call that may still be under way is left alone', async () => {
  const database = await openTestDatabase()
  const writer = await openWriter(database.postgres)
  await writer.journal.append(decision())
  expect(await sweep(database, writer, Date.now() - 300_000)).toBe(0)
  expect(await sweep(database, writer)).toBe(1)
})

test('more than one round of them: none is forgotten', async () => {
  const database = await openTestDatabase()
  const writer = await openWriter(database.postgres)
  await Promise.all(Array.from({ length: 1_203 }, () => writer.journal.append(decision())))
  expect(await sweep(database, writer)).toBe(1_203)
  expect(await sweep(database, writer)).toBe(0)
  expect(await unknowns(database, writer)).toHaveLength(1_203)
})

test('a sweep while the journal is busy forgets none either', async () => {
  const database = await openTestDatabase()
  const writer = await openWriter(database.postgres)
  const old = await Promise.all(Array.from({ length: 20 }, () => writer.journal.append(decision())))
  const before = Date.now() + 1
  await Bun.sleep(5)
  let busy = true
  const load = (async () => {
    while (busy) await writer.journal.append(decision({ policy_result: 'deny' }))
  })()
  expect(await sweep(database, writer, before)).toBe(20)
  busy = false
  await load
  expect((await unknowns(database, writer)).map(row => row.parent_event_id)).toEqual(old.map(({ id }) => id))
})

test('the books of a process that is gone are closed by one that lives, not by two', async () => {
  const database = await openTestDatabase()
  const dead = await openWriter(database.postgres)
  const { id } = await dead.journal.append(decision())
  await dead.close()
  // Its lease is still good, so another process writes elsewhere and leaves its calls alone.
  const heirs = [await openWriter(database.postgres), await openWriter(database.postgres)] as const
  expect(heirs.map(heir => heir.journal.slot()?.slot)).toEqual([1, 2])
  expect(await sweep(database, heirs[0])).toBe(0)
  await database.superuser(`UPDATE behavry.journal_slots SET leased_until = now() - interval '1 second' WHERE slot = 0`)
  const counts = await Promise.all(heirs.map(heir => sweep(database, heir)))
  expect(counts.sort()).toEqual([0, 1])
  expect((await unknowns(database, heirs[0])).map(row => row.parent_event_id)).toEqual([id])
})
