import { expect, setDefaultTimeout, test } from 'bun:test'
import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { migrations } from '../../migrations/migrations.ts'
import { readyDatabase } from '../../server/assembly/database.ts'
import type { Config } from '../../server/config/config.ts'
import { Failure } from '../../server/domain/failure.ts'
import { Secret } from '../../server/domain/secret.ts'
import type { Postgres } from '../../server/postgres/connect.ts'
import { createMigrator } from '../../server/postgres/migrator.ts'
import { blankDatabase } from './blank.ts'

setDefaultTimeout(30_000)

const names = Object.keys(migrations).sort()

/** Everything of ours that stands in the database, as text. */
async function shapeOf({ kysely }: Postgres): Promise<readonly unknown[]> {
  const { rows } = await sql`
    SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns
    WHERE table_schema = 'behavry' AND table_name NOT LIKE 'kysely%'
    UNION ALL SELECT 'function', p.proname, pg_get_function_identity_arguments(p.oid), md5(p.prosrc), '' FROM pg_proc p WHERE pronamespace = (SELECT oid FROM pg_namespace WHERE nspname = 'behavry')
    UNION ALL SELECT 'trigger', tgname, tgrelid::regclass::text, '', '' FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT 'policy', policyname, tablename, qual, with_check FROM pg_policies
    UNION ALL SELECT 'index', indexname, indexdef, '', '' FROM pg_indexes WHERE schemaname = 'behavry' AND tablename NOT LIKE 'kysely%' ORDER BY 1, 2, 3, 4`.execute(
    kysely,
  )
  return rows
}

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  try {
    await work
  } catch (error) {
    if (error instanceof Failure) return error
    throw error
  }
  throw new Error('It was not refused.')
}

test('up, down and up again ends where it began', async () => {
  const postgres = await (await blankDatabase()).open()
  const migrator = createMigrator(postgres, migrations)
  expect(await migrator.status()).toEqual({ applied: [], pending: names, unknown: [] })
  expect(await migrator.up()).toEqual(names)
  expect(await migrator.up()).toEqual([])
  const before = await shapeOf(postgres)
  expect(before.length).toBeGreaterThan(100)
  expect(await migrator.down(names.length)).toEqual([...names].reverse())
  expect(await shapeOf(postgres)).toEqual([])
  expect(await migrator.down(1)).toEqual([])
  expect(await migrator.up()).toEqual(names)
  expect(await shapeOf(postgres)).toEqual(before)
  await postgres.close()
})

test('a journal with records goes down too, and up again empty', async () => {
  const postgres = await (await blankDatabase()).open()
  const migrator = createMigrator(postgres, migrations)
  await migrator.up()
  await sql`SELECT behavry.journal_prepare_partition('2026-01-01')`.execute(postgres.kysely)
  await migrator.down(names.length)
  expect(await shapeOf(postgres)).toEqual([])
  await postgres.close()
})

test('several processes at once migrate once', async () => {
  const { open } = await blankDatabase()
  const opened = await Promise.all([open(), open(), open(), open()])
  const applied = await Promise.all(opened.map(postgres => createMigrator(postgres, migrations).up()))
  expect(applied.flat()).toEqual(names)
  await Promise.all(opened.map(postgres => postgres.close()))
})

test('a migration that fails is rolled back and named, and what came before it stays', async () => {
  const postgres = await (await blankDatabase()).open()
  const failing: Migration = {
    up: async db => {
      await sql`CREATE TABLE behavry.half_made (id integer)`.execute(db)
      await sql`SELECT 1 / 0`.execute(db)
    },
  }
  const failure = await failureOf(createMigrator(postgres, { ...migrations, '9998-failing': failing }).up())
  expect(failure.code).toBe('database_refused')
  expect(failure.message).toBe('Migration 9998-failing failed and was rolled back.')
  expect(await sql`SELECT to_regclass('behavry.half_made') AS made`.execute(postgres.kysely)).toMatchObject({ rows: [{ made: null }] })
  await postgres.close()
})

test('a database that a newer release migrated is left alone, both ways', async () => {
  const postgres = await (await blankDatabase()).open()
  await createMigrator(postgres, { ...migrations, '9999-of-the-future': { up: async () => undefined, down: async () => undefined } }).up()
  const migrator = createMigrator(postgres, migrations)
  expect((await migrator.status()).unknown).toEqual(['9999-of-the-future'])
  for (const work of [migrator.up(), migrator.down(1)]) {
    const failure = await failureOf(work)
    expect(failure.code).toBe('database_refused')
    expect(failure.message).toContain('newer than this binary (it has 9999-of-the-future)')
  }
  await postgres.close()
})

/** As much of a configuration as concerns the database. */
const configFor = (url: string) =>
  ({ env: 'development', dataDir: '/nonexistent', dbUrl: new Secret(url), dbPoolSize: 2, dbMaxOverflow: 0 }) as Config
const silent = () => undefined

test('a server refuses an external database with migrations pending, and says what to run', async () => {
  const { url, open } = await blankDatabase()
  const failure = await failureOf(readyDatabase(configFor(url), silent))
  expect(failure.code).toBe('database_refused')
  expect(failure.message).toBe(`The database lacks ${names.join(', ')}. Run: behavry migrate`)
  const postgres = await open()
  expect(await shapeOf(postgres)).toEqual([])
  await createMigrator(postgres, migrations).up()
  await (await readyDatabase(configFor(url), silent)).close()
  await createMigrator(postgres, { ...migrations, '9999-later': { up: async () => undefined } }).up()
  expect((await failureOf(readyDatabase(configFor(url), silent))).message).toContain('newer than this binary')
  await postgres.close()
})

test('in production a superuser is refused, whom no policy binds', async () => {
  const { url } = await blankDatabase()
  const config = { ...configFor(url.replace('behavry@', 'behavry_root@')), env: 'production' } as Config
  const failure = await failureOf(readyDatabase(config, silent))
  expect(failure.code).toBe('database_refused')
  expect(failure.message).toContain('superuser')
})

test('a database that is not there is unavailable, not refused', async () => {
  const failure = await failureOf(readyDatabase(configFor('postgresql://nobody@/none?host=/nonexistent'), silent))
  expect(failure.code).toBe('database_unavailable')
  expect(failure.message).not.toContain('nobody')
})
