import { expect, setDefaultTimeout, test } from 'bun:test'
import { openJournal } from '../../../server/assembly/journal.ts'
import { defaultTenantId } from '../../../server/domain/snapshot.ts'
import { openTestDatabase, type TestDatabase } from '../../stage/database.ts'
import { codeOf, draft, eventually, world } from '../../stage/journal.ts'

setDefaultTimeout(30_000)

const open = ({ postgres, close }: TestDatabase) => openJournal({ postgres, embedded: true, close }, world, () => undefined)
const connections = ({ superuser }: TestDatabase) =>
  superuser(`SELECT application_name FROM pg_stat_activity WHERE datname = current_database() AND application_name ~ 'journal|projector'`)

test('a server that starts closes the books of the one before it, and leaves nothing open when it stops', async () => {
  const database = await openTestDatabase()
  const before = await open(database)
  const call = { ...draft(1), event_type: 'tool_call.decision', policy_result: 'allow', request_id: crypto.randomUUID() } as const
  await before.journal.append(call)
  // Its connections stay, as those of a process that is killed do for a while.
  const after = await open(database)
  await after.projector.catchUp()
  expect(await database.superuser(`SELECT tenant_id, request_id FROM behavry.audit_events WHERE outcome = 'unknown'`)).toEqual([
    { tenant_id: defaultTenantId, request_id: call.request_id },
  ])
  after.journal.defer(draft(2))
  await after.close()
  expect(await database.superuser('SELECT extra FROM behavry.audit_events ORDER BY seq DESC LIMIT 1')).toEqual([{ extra: { n: 2 } }])
  expect(await codeOf(after.journal.append(draft(3)))).toBe('journal_unavailable')
  await before.close()
  await eventually(async () => (await connections(database)).length === 0)
})

test('a journal that cannot be kept is not half open afterwards', async () => {
  const database = await openTestDatabase()
  await database.superuser('ALTER FUNCTION behavry.journal_project RENAME TO gone')
  const refused = await open(database).then(
    () => 'opened',
    () => 'refused',
  )
  expect(refused).toBe('refused')
  await eventually(async () => (await connections(database)).length === 0)
})
