import { afterAll } from 'bun:test'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { migrations } from '../../migrations/migrations.ts'
import { type DatabaseAddress, openPostgres, type Postgres } from '../../server/postgres/connect.ts'
import { type EmbeddedServer, startEmbedded } from '../../server/postgres/embedded/embedded.ts'
import { createMigrator } from '../../server/postgres/migrator.ts'
import { ensureTenant } from '../../server/postgres/registry/defaults.ts'

/**
 * Real PostgreSQL for tests: one embedded server for the whole run, one template that is migrated once, and a copy of it for whoever asks. The server goes
 * when the test process goes.
 */
export interface TestDatabase {
  readonly postgres: Postgres
  readonly address: DatabaseAddress
  /** As the cluster's superuser, in this database: for what an attacker or a broken disk would do. */
  readonly superuser: <T extends pg.QueryResultRow>(text: string, values?: unknown[]) => Promise<T[]>
  readonly close: () => Promise<void>
}

const template = 'behavry_template'
let server: Promise<EmbeddedServer> | undefined
let count = 0

/** The run's embedded server, with its migrated template. */
export function testServer(): Promise<EmbeddedServer> {
  server ??= startServer()
  return server
}

async function startServer(): Promise<EmbeddedServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'behavry-test-'))
  chmodSync(dataDir, 0o711)
  const started = await startEmbedded({ dataDir })
  process.on('exit', () => rmSync(dataDir, { recursive: true, force: true }))
  await withSuperuser(started, 'postgres', client => client.query(`CREATE DATABASE ${template} OWNER ${started.user}`))
  const postgres = openPostgres(addressOf(started, template), { max: 2, onIdleError: () => undefined })
  await createMigrator(postgres, migrations).up()
  await ensureTenant(postgres)
  await postgres.close()
  return started
}

/** A database of one's own, migrated, with the default tenant; closed after the test file. */
export async function openTestDatabase(): Promise<TestDatabase> {
  const running = await testServer()
  count += 1
  const name = `behavry_test_${process.pid}_${count}`
  await withSuperuser(running, 'postgres', client => client.query(`CREATE DATABASE ${name} TEMPLATE ${template} OWNER ${running.user}`))
  const address = addressOf(running, name)
  const postgres = openPostgres(address, { max: 10, onIdleError: () => undefined })
  let closed = false
  const close = async () => {
    if (closed) return
    closed = true
    await postgres.close()
  }
  afterAll(close)
  return {
    postgres,
    address,
    superuser: (text, values) => withSuperuser(running, name, async client => (await client.query(text, values)).rows),
    close,
  }
}

function addressOf(running: EmbeddedServer, database: string): DatabaseAddress {
  return { kind: 'socket', directory: running.socketDir, port: running.port, user: running.user, database }
}

async function withSuperuser<T>(running: EmbeddedServer, database: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ host: running.socketDir, port: running.port, user: running.superuser, database })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
