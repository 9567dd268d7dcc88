import pg from 'pg'
import { defaultTenantId } from '../../server/domain/snapshot.ts'
import { findEmbedded } from '../../server/postgres/embedded/embedded.ts'
import { readPidFile } from '../../server/postgres/embedded/pid-file.ts'
import { placesIn } from '../../server/postgres/embedded/places.ts'
import { type Appliance, startAppliance } from '../stage/appliance.ts'

/** The product under test: the compiled binary with everything on, one HTTP backend `bench`, one agent `bench` that may read it. */
export interface GatewayUnderTest {
  readonly appliance: Appliance
  readonly url: string
  readonly pid: number
  readonly token: string
  readonly stop: () => Promise<unknown>
}

/** High, and counted all the same. */
const env = { BEHAVRY_RATE_LIMIT_AGENT: '999999/second' }

/** Starts it in an empty data directory; throws with its output when it does not come up, and leaves nothing running. */
export async function startGateway(dataDir: string, backend: string): Promise<GatewayUnderTest> {
  const appliance = await startAppliance({ dataDir, env })
  try {
    const added = await appliance.cli('server', 'add', 'bench', backend)
    if (added.exitCode !== 0) throw new Error(added.stderr)
    await asSuperuser(dataDir, addAgent, [Bun.randomUUIDv7(), defaultTenantId])
    const token = await appliance.token('bench')
    return { appliance, url: `${appliance.url}/mcp/v1/bench`, pid: appliance.pid, token, stop: appliance.stop }
  } catch (error) {
    await appliance.stop()
    throw error
  }
}

const addAgent = `INSERT INTO behavry.agents (id, tenant_id, name, agent_type, roles, permissions)
  VALUES ($1, $2, 'bench', 'bench', '{default}', '{bench:read}')`

/** How many records of a kind the journal itself holds, whatever its projection says. */
export async function countRecords(dataDir: string, eventType: string): Promise<number> {
  const [row] = await asSuperuser<{ count: string }>(
    dataDir,
    `SELECT count(*) FROM behavry.journal_segments, string_to_table(convert_from(records, 'UTF8'), E'\\n') AS line
     WHERE line::json->>'event_type' = $1`,
    [eventType],
  )
  return Number(row?.count)
}

/** The main process of the embedded PostgreSQL in a data directory. */
export function postmasterOf(dataDir: string): number {
  const pid = readPidFile(placesIn(dataDir).cluster)?.pid
  if (pid === undefined) throw new Error(`no PostgreSQL is running in ${dataDir}`)
  return pid
}

async function asSuperuser<T extends pg.QueryResultRow>(dataDir: string, text: string, values: unknown[]): Promise<T[]> {
  const found = findEmbedded(dataDir)
  if (!found) throw new Error(`no PostgreSQL is running in ${dataDir}`)
  const client = new pg.Client({ host: found.socketDir, port: found.port, user: found.superuser, database: found.database })
  await client.connect()
  try {
    return (await client.query<T>(text, values)).rows
  } finally {
    await client.end()
  }
}
