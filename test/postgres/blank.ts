import pg from 'pg'
import { Secret } from '../../server/domain/secret.ts'
import { openPostgres, type Postgres } from '../../server/postgres/connect.ts'
import { testServer } from '../stage/database.ts'

/** An empty database, as a newcomer's server has it, with its URL. */
export async function blankDatabase(): Promise<{ readonly url: string; readonly open: () => Promise<Postgres> }> {
  const { socketDir, user, superuser, port } = await testServer()
  const name = `behavry_blank_${crypto.randomUUID().replaceAll('-', '')}`
  const client = new pg.Client({ host: socketDir, port, user: superuser, database: 'postgres' })
  await client.connect()
  await client.query(`CREATE DATABASE ${name} OWNER ${user}`)
  await client.end()
  const url = `postgresql://${user}@/${name}?host=${encodeURIComponent(socketDir)}&port=${port}`
  const address = { kind: 'url', url: new Secret(url), directUrl: new Secret(url) } as const
  return { url, open: async () => openPostgres(address, { max: 4, onIdleError: () => undefined }) }
}
