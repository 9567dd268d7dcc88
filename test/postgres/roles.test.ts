import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { type Kysely, sql, type Transaction } from 'kysely'
import { defaultTenantId } from '../../server/domain/snapshot.ts'
import { preparePartitions } from '../../server/postgres/journal/partitions.ts'
import type { Database } from '../../server/postgres/schema.ts'
import { openTestDatabase } from '../stage/database.ts'
import { draft, openWriter } from '../stage/journal.ts'

setDefaultTimeout(30_000)

const database = await openTestDatabase()
const { postgres, superuser } = database
const otherTenant = crypto.randomUUID()
const tenants = [defaultTenantId, otherTenant]
await superuser(`INSERT INTO behavry.tenants VALUES ($1, 'other', 'Other')`, [otherTenant])
await preparePartitions(postgres, Date.now())
const writer = await openWriter(postgres)
for (const tenant of tenants) {
  await writer.journal.append(draft(1, tenant))
  await superuser(
    `INSERT INTO behavry.agents (id, tenant_id, name, agent_type, roles, permissions) VALUES ($1, $2, 'demo', 'x', '{}', '{}')`,
    [crypto.randomUUID(), tenant],
  )
}
await writer.catchUp()

type Where = Kysely<Database> | Transaction<Database>
const run = (where: Where, text: string) => sql.raw<Record<string, unknown>>(text).execute(where)
/** What the database says of a statement: the SQLSTATE of its refusal, or how many rows it gave or changed. */
const said = async (work: Promise<{ rows: unknown[]; numAffectedRows?: bigint }>): Promise<string | number> => {
  try {
    const { rows, numAffectedRows } = await work
    return Number(numAffectedRows ?? rows.length)
  } catch (error) {
    return (error as { code?: string }).code ?? String(error)
  }
}
const asApp = (tenant: string, text: string) => said(postgres.asTenant(tenant, trx => run(trx, text)))
const asSystem = (text: string) => said(postgres.asSystem(trx => run(trx, text)))
const asJournal = (text: string) => said(postgres.asJournal(trx => run(trx, text)))
const asOwner = (text: string) => said(run(postgres.kysely, text))
const denied = '42501'

/** Kill switches may be of a tenant, and are of the deployment: whoever judges reads all of them. */
const deploymentTables = ['kill_switches']

const tablesWithTenant = async () =>
  await superuser<{ name: string; enabled: boolean; forced: boolean; partition: boolean }>(`
    SELECT c.relname AS name, c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced, c.relispartition AS partition
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE n.nspname = 'behavry' AND c.relkind IN ('r', 'p') AND a.attname = 'tenant_id' AND NOT a.attisdropped ORDER BY 1`)

describe('row-level security', () => {
  test('is enabled and forced on every table that names a tenant, partitions included', async () => {
    const tables = await tablesWithTenant()
    expect(tables.length).toBeGreaterThan(10)
    expect(tables.some(({ partition }) => partition)).toBe(true)
    expect(tables.filter(({ enabled, forced }) => !(enabled && forced)).map(({ name }) => name)).toEqual(deploymentTables)
  })

  test('no view, and no function that runs as its owner but the known ones, leads past it', async () => {
    expect(
      await superuser(
        `SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'behavry' AND c.relkind IN ('v', 'm')`,
      ),
    ).toEqual([])
    const definers = await superuser(`
      SELECT p.proname AS name, p.proowner::regrole::text AS owner, p.proconfig[1] AS path FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
      WHERE n.nspname = 'behavry' AND p.prosecdef ORDER BY 1`)
    const path = 'search_path=pg_catalog, behavry, pg_temp'
    expect(definers).toEqual([
      { name: 'journal_commit', owner: 'behavry_journal', path },
      { name: 'journal_prepare_partition', owner: 'behavry', path },
      { name: 'journal_project', owner: 'behavry_journal', path },
      { name: 'note_change', owner: 'behavry', path },
    ])
  })

  test.each(tenants)('the application sees the rows of %s alone', async tenant => {
    for (const table of ['agents', 'audit_events', 'audit_heads']) {
      const { rows } = await postgres.asTenant(tenant, trx => run(trx, `SELECT DISTINCT tenant_id FROM behavry.${table}`))
      expect(rows).toEqual([{ tenant_id: tenant }])
    }
    expect(await asApp(tenant, `SELECT * FROM behavry.agents WHERE tenant_id <> '${tenant}'`)).toBe(0)
  })

  test('an empty tenant sees nothing, and one that is no id is refused', async () => {
    for (const table of ['agents', 'audit_events', 'escalations']) expect(await asApp('', `SELECT * FROM behavry.${table}`)).toBe(0)
    expect(await asApp('*', 'SELECT * FROM behavry.agents')).toBe('22P02')
    expect(await asApp(crypto.randomUUID(), 'SELECT * FROM behavry.agents')).toBe(0)
  })

  test('the login role without a role switch sees nothing of any tenant, in partitions neither', async () => {
    const tables = (await tablesWithTenant()).filter(({ name }) => !deploymentTables.includes(name))
    for (const { name } of tables) expect([name, await asOwner(`SELECT * FROM behavry.${name}`)]).toEqual([name, 0])
  })

  test('neither the tenant nor the role outlives its transaction', async () => {
    await postgres.asTenant(defaultTenantId, trx => run(trx, 'SELECT 1'))
    const { rows } = await run(postgres.kysely, `SELECT current_user::text AS who, current_setting('behavry.tenant_id', true) AS tenant`)
    expect(rows.map(({ who, tenant }) => [who, tenant ?? ''])).toEqual([['behavry', '']])
  })

  const insert = (tenant: string) =>
    `INSERT INTO behavry.agents (id, tenant_id, name, agent_type, roles, permissions) VALUES ('${crypto.randomUUID()}', '${tenant}', '${crypto.randomUUID()}', 'x', '{}', '{}')`
  test('nobody writes into another tenant, or moves a row there', async () => {
    expect(await asApp(defaultTenantId, insert(defaultTenantId))).toBe(1)
    expect(await asApp(defaultTenantId, insert(otherTenant))).toBe(denied)
    expect(await asApp('', insert(defaultTenantId))).toBe(denied)
    expect(await asApp(defaultTenantId, `UPDATE behavry.agents SET tenant_id = '${otherTenant}'`)).toBe(denied)
    expect(await asApp(defaultTenantId, `UPDATE behavry.agents SET epoch = 9 WHERE tenant_id = '${otherTenant}'`)).toBe(0)
    expect(await asOwner(insert(defaultTenantId))).toBe(denied)
  })
})

describe('the journal is append-only', () => {
  const journalTables = ['journal_segments', 'audit_events', 'audit_events_default', 'audit_heads', 'journal_projected', 'journal_slots']

  test.each(journalTables)('the application, and background work, change nothing in %s', async table => {
    const column = table === 'journal_slots' ? 'slot' : 'stream_id'
    for (const as of [(text: string) => asApp(defaultTenantId, text), asSystem]) {
      expect(await as(`UPDATE behavry.${table} SET ${column} = ${column}`)).toBe(denied)
      expect(await as(`DELETE FROM behavry.${table}`)).toBe(denied)
      expect(await as(`TRUNCATE behavry.${table}`)).toBe(denied)
      expect(await as(`INSERT INTO behavry.${table} SELECT * FROM behavry.${table}`)).toBe(denied)
    }
  })

  test('the journal’s own role adds to it and takes nothing away', async () => {
    for (const table of ['journal_segments', 'audit_events']) {
      expect(await asJournal(`UPDATE behavry.${table} SET stream_id = stream_id`)).toBe(denied)
      expect(await asJournal(`DELETE FROM behavry.${table}`)).toBe(denied)
      expect(await asJournal(`TRUNCATE behavry.${table}`)).toBe(denied)
    }
    expect(await asJournal('DELETE FROM behavry.audit_heads')).toBe(denied)
    expect(await asJournal('SELECT * FROM behavry.agents')).toBe(denied)
  })

  test('the owner, and even the superuser, is refused by trigger, in every partition', async () => {
    const partitions = await superuser<{ name: string }>(
      `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'behavry.audit_events'::regclass`,
    )
    expect(partitions.length).toBeGreaterThanOrEqual(3)
    for (const { name } of [{ name: 'journal_segments' }, { name: 'audit_events' }, ...partitions]) {
      expect([name, await asOwner(`TRUNCATE behavry.${name}`)]).toEqual([name, denied])
      const refused = (text: string) =>
        superuser(text).then(
          rows => rows.length,
          error => String(error.message),
        )
      expect(await refused(`TRUNCATE behavry.${name}`)).toContain('append-only')
      const filled = await superuser(`SELECT 1 FROM behavry.${name} LIMIT 1`)
      if (filled.length === 0) continue
      expect(await refused(`UPDATE behavry.${name} SET stream_id = stream_id`)).toContain('append-only')
      expect(await refused(`DELETE FROM behavry.${name}`)).toContain('append-only')
    }
    expect(await superuser(`SELECT 1 FROM behavry.audit_events`)).toHaveLength(2)
  })

  const calls = [
    `behavry.journal_commit(0, 1, '[]', '', '[]')`,
    'behavry.journal_project(1, false)',
    `behavry.journal_prepare_partition('2030-01-01')`,
    `behavry.journal_apply_effect('{"kind":"spend_grant"}')`,
    `behavry.journal_projection_fault('x', 1, 1, '{}')`,
  ]
  test.each(calls)('the application cannot call %s', async call => {
    expect(await asApp(defaultTenantId, `SELECT ${call}`)).toBe(denied)
  })

  test('a temporary table cannot stand in for one of the journal', async () => {
    const { rows } = await postgres.kysely.connection().execute(async one => {
      await run(one, 'CREATE TEMP TABLE change_seq (seq bigint); INSERT INTO change_seq VALUES (1)')
      await run(
        one,
        `INSERT INTO behavry.kill_switches (id, scope, reason, engaged_by) VALUES ('${crypto.randomUUID()}', 'global', 'x', 'x')`,
      )
      const result = await run(one, 'SELECT seq FROM pg_temp.change_seq')
      await run(one, 'DROP TABLE pg_temp.change_seq')
      return result
    })
    expect(rows).toEqual([{ seq: '1' }])
  })
})

describe('partitions', () => {
  test('are made ahead once, by months of UTC, wherever the server stands', async () => {
    const january = Date.UTC(2031, 0, 1)
    await superuser(`ALTER ROLE behavry SET timezone = 'Pacific/Kiritimati'`)
    const east = await openTestDatabase()
    await preparePartitions(east.postgres, january)
    await superuser(`ALTER ROLE behavry SET timezone = 'America/Los_Angeles'`)
    await preparePartitions(east.postgres, january)
    await preparePartitions(east.postgres, Date.UTC(2031, 1, 28, 23))
    await superuser('ALTER ROLE behavry RESET timezone')
    const names = await east.superuser(`SELECT c.relname AS name FROM pg_class c WHERE c.relname ~ '^audit_events_2031_..$' ORDER BY 1`)
    expect(names).toEqual([{ name: 'audit_events_2031_01' }, { name: 'audit_events_2031_02' }, { name: 'audit_events_2031_03' }])
  })
})
