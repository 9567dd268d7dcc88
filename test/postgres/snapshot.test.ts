import { afterAll, expect, setDefaultTimeout, test } from 'bun:test'
import { Failure } from '../../server/domain/failure.ts'
import type { Judge } from '../../server/domain/policy.ts'
import { defaultTenantId } from '../../server/domain/snapshot.ts'
import { openSnapshot } from '../../server/postgres/snapshot.ts'
import { openTestDatabase, type TestDatabase } from '../stage/database.ts'
import { eventually, world } from '../stage/journal.ts'
import { openTransports } from '../stage/transports.ts'

setDefaultTimeout(30_000)

const judge: Judge = { engine: 'none', revision: 'r0', judge: () => [] }

async function open({ postgres }: TestDatabase) {
  const swaps: number[] = []
  const faults: unknown[] = []
  const live = await openSnapshot(postgres, {
    clock: world.clock,
    judge,
    transports: openTransports(),
    killSwitches: [{ scope: 'global', reason: 'boot' }],
    onSwap: ({ seq }) => swaps.push(seq),
    onFault: error => faults.push(error),
  })
  afterAll(live.close)
  return { live, swaps, faults }
}

const addAgent = ({ superuser }: TestDatabase, name: string) =>
  superuser(
    `INSERT INTO behavry.agents (id, tenant_id, name, agent_type, roles, permissions) VALUES ($1, $2, $3, 'x', '{a}', '{b:read}')`,
    [crypto.randomUUID(), defaultTenantId, name],
  )
const cut = ({ superuser }: TestDatabase) =>
  superuser(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'behavry snapshot'`,
  )
const codeOfCurrent = (live: { current: () => unknown }) => {
  try {
    live.current()
    return 'current'
  } catch (error) {
    return error instanceof Failure ? error.code : 'a bug'
  }
}

/** Every table that the snapshot is made of, and how a write to it shows. */
const writes: readonly (readonly [string, string])[] = [
  ['a tenant', `INSERT INTO behavry.tenants VALUES (gen_random_uuid(), gen_random_uuid()::text, 'x')`],
  ['an agent suspended', `UPDATE behavry.agents SET status = 'suspended'`],
  ['a server', `INSERT INTO behavry.servers (tenant_id, id, name, transport) VALUES ('${defaultTenantId}', 's', 's', '{}')`],
  ['a setting', `INSERT INTO behavry.settings VALUES ('${defaultTenantId}', 'strict_outcome', 'true')`],
  ['a kill switch', `INSERT INTO behavry.kill_switches (id, scope, reason, engaged_by) VALUES (gen_random_uuid(), 'global', 'x', 'x')`],
  ['a revocation', `INSERT INTO behavry.revocations VALUES (gen_random_uuid(), 'x', now(), now() + interval '1 hour')`],
  ['a server removed', 'DELETE FROM behavry.servers'],
]

test('what another connection changes is in force within a second, whatever it is', async () => {
  const database = await openTestDatabase()
  await addAgent(database, 'ada')
  const { live, swaps } = await open(database)
  expect(live.current().killSwitches).toEqual([{ scope: 'global', reason: 'boot' }])
  for (const [what, statement] of writes) {
    const { seq } = live.current()
    await database.superuser(statement)
    const begun = performance.now()
    while (live.current().seq === seq && performance.now() - begun < 1_000) await Bun.sleep(5)
    expect([what, live.current().seq > seq]).toEqual([what, true])
  }
  const snapshot = live.current()
  expect([...snapshot.agents.values()].map(({ name, status }) => [name, status])).toEqual([['ada', 'suspended']])
  expect([snapshot.tenants.size, snapshot.servers.size, snapshot.killSwitches.length, snapshot.revokedSessions.size]).toEqual([2, 0, 2, 1])
  expect(snapshot.tenants.get(defaultTenantId)?.strictOutcome).toBe(true)
  expect(swaps).toHaveLength(writes.length)
})

test('nothing changed: the same snapshot stays, and its age does not grow', async () => {
  const { live, swaps } = await open(await openTestDatabase())
  const before = live.current()
  await Bun.sleep(800)
  expect(live.current()).toBe(before)
  expect(live.ageMs()).toBeLessThan(700)
  expect(swaps).toEqual([])
})

test('whoever refreshes sees what was written before, also while a look is under way', async () => {
  const database = await openTestDatabase()
  const { live } = await open(database)
  await Promise.all(
    Array.from({ length: 20 }, async (_, n) => {
      await addAgent(database, `agent ${n}`)
      await live.refresh()
      expect([...live.current().agents.values()].map(({ name }) => name)).toContain(`agent ${n}`)
    }),
  )
})

test('without notifications it looks by itself; its connection cut, it opens another', async () => {
  const database = await openTestDatabase()
  const { live } = await open(database)
  for (let round = 0; round < 3; round++) {
    expect(await cut(database)).toHaveLength(1)
    await addAgent(database, `agent ${round}`)
    await eventually(() => live.current().agents.size === round + 1)
  }
})

test('a database that hangs: stale after two seconds, older and older, and by itself back', async () => {
  const database = await openTestDatabase()
  const { live, faults } = await open(database)
  const lock = database.superuser(`BEGIN; LOCK TABLE behavry.change_seq IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(5); COMMIT`)
  await Bun.sleep(1_500)
  expect(codeOfCurrent(live)).toBe('current')
  expect(live.ageMs()).toBeGreaterThan(1_000)
  await Bun.sleep(1_500)
  expect(codeOfCurrent(live)).toBe('snapshot_stale')
  expect(live.ageMs()).toBeGreaterThan(2_000)
  expect(faults.length).toBeGreaterThan(0)
  await lock
  await eventually(() => codeOfCurrent(live) === 'current')
  expect(live.ageMs()).toBeLessThan(2_000)
})

test('once closed it holds no connection, and a late notification wakes nothing', async () => {
  const database = await openTestDatabase()
  const { live, faults } = await open(database)
  const closing = live.close()
  await addAgent(database, 'late')
  await closing
  await Bun.sleep(400)
  const left = await database.superuser(
    `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'behavry snapshot'`,
  )
  expect(left).toEqual([])
  expect(faults).toEqual([])
})
