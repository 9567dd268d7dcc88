import { expect, setDefaultTimeout, test } from 'bun:test'
import pg from 'pg'
import { verify } from '../../../server/journal/verify.ts'
import { createJournalReader } from '../../../server/postgres/journal/reader.ts'
import { openTestDatabase, type TestDatabase, testServer } from '../../stage/database.ts'
import { codeOf, draft, eventually, openWriter } from '../../stage/journal.ts'

setDefaultTimeout(30_000)

const cut = (database: TestDatabase, name: string) =>
  database.superuser(
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1',
    [name],
  )
const intact = async ({ postgres }: TestDatabase) => (await verify(createJournalReader(postgres), () => undefined)).faults

/** Another connection that holds a lock until it is let go. */
async function holdLock({ address }: TestDatabase, table: string): Promise<() => Promise<void>> {
  if (address.kind !== 'socket') throw new Error('The test database is on a socket.')
  const { superuser: user } = await testServer()
  const client = new pg.Client({ host: address.directory, port: address.port, user, database: address.database })
  await client.connect()
  await client.query(`BEGIN; LOCK TABLE behavry.${table} IN ACCESS EXCLUSIVE MODE`)
  return () => client.end()
}

test('an idle connection that was cut is opened again without anybody noticing', async () => {
  const database = await openTestDatabase()
  const { journal, states } = await openWriter(database.postgres)
  await journal.append(draft(1))
  expect(await cut(database, 'behavry journal')).toHaveLength(1)
  await Bun.sleep(50)
  expect((await journal.append(draft(2))).seq).toBe(2)
  expect(states).toEqual(['open'])
})

test('cut in the middle of a commit: refused, and by itself back on the same chain', async () => {
  const database = await openTestDatabase()
  const { journal, states, catchUp } = await openWriter(database.postgres)
  await journal.append(draft(1))
  const release = await holdLock(database, 'audit_heads')
  const under = codeOf(journal.append(draft(2)))
  await Bun.sleep(100)
  await cut(database, 'behavry journal')
  expect(await under).toBe('journal_unavailable')
  expect(await codeOf(journal.append(draft(3)))).toBe('journal_unavailable')
  await release()
  await eventually(() => journal.available())
  expect((await journal.append(draft(4))).seq).toBe(2)
  expect(states).toEqual(['open', 'down', 'open'])
  await catchUp()
  expect(await intact(database)).toEqual([])
})

test('a database that hangs: refused within the deadline, nothing piles up, and by itself back with the true heads', async () => {
  const database = await openTestDatabase()
  const { journal, states, catchUp } = await openWriter(database.postgres, { deadlineMs: 400 })
  await journal.append(draft(1))
  const release = await holdLock(database, 'audit_heads')
  const begun = performance.now()
  const codes = await Promise.all(Array.from({ length: 50 }, (_, n) => codeOf(journal.append(draft(n)))))
  expect(new Set(codes)).toEqual(new Set(['journal_unavailable']))
  expect(performance.now() - begun).toBeLessThan(4_000)
  await Bun.sleep(1_500)
  const waiting = await database.superuser<{ count: string }>(
    `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'behavry journal' AND state = 'active'`,
  )
  expect(Number(waiting[0]?.count)).toBe(0)
  expect(journal.available()).toBe(false)
  await release()
  await eventually(() => journal.available())
  await journal.append(draft(2))
  expect(states).toEqual(['open', 'down', 'open'])
  await catchUp()
  expect(await intact(database)).toEqual([])
})

test('what is wrong with the database stops the journal instead of one call after the other', async () => {
  const database = await openTestDatabase()
  const { journal, states } = await openWriter(database.postgres)
  await database.superuser('REVOKE EXECUTE ON FUNCTION behavry.journal_commit FROM behavry')
  expect(await codeOf(journal.append(draft(1)))).toBe('journal_unavailable')
  expect(states[1]).toBe('down')
  await database.superuser('GRANT EXECUTE ON FUNCTION behavry.journal_commit TO behavry')
  await eventually(async () => journal.available() && (await journal.append(draft(2)).catch(() => undefined)) !== undefined)
})

test('the projector goes on where it was cut', async () => {
  const database = await openTestDatabase()
  const { journal, catchUp } = await openWriter(database.postgres)
  await journal.append(draft(1))
  await catchUp()
  await cut(database, 'behavry projector')
  await Bun.sleep(50)
  await journal.append(draft(2))
  await catchUp()
  expect(await database.superuser('SELECT seq FROM behavry.audit_events ORDER BY seq')).toEqual([{ seq: '1' }, { seq: '2' }])
})

test('whoever catches up has everything, also what another process is still bringing in', async () => {
  const database = await openTestDatabase()
  const { journal, catchUp } = await openWriter(database.postgres)
  await journal.append(draft(1))
  const [{ address }, { superuser: user }] = [database, await testServer()]
  if (address.kind !== 'socket') throw new Error('The test database is on a socket.')
  const other = new pg.Client({ host: address.directory, port: address.port, user, database: address.database })
  await other.connect()
  await other.query('BEGIN; SELECT behavry.journal_project(100, false)')
  let caughtUp = false
  const catching = catchUp().then(() => {
    caughtUp = true
  })
  await Bun.sleep(100)
  expect(caughtUp).toBe(false)
  await other.query('COMMIT')
  await catching
  await other.end()
  expect(await database.superuser('SELECT seq FROM behavry.audit_events')).toEqual([{ seq: '1' }])
})
