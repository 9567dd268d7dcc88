import pg from 'pg'
import { defaultTenantId } from '../../server/domain/snapshot.ts'
import { findEmbedded } from '../../server/postgres/embedded/embedded.ts'
import { type Appliance, startAppliance } from '../stage/appliance.ts'

/** High, so that it is the fault that refuses calls and not the limit. */
const env = { BEHAVRY_RATE_LIMIT_AGENT: '999999/second' }

/** The compiled binary on a data directory, new or used. */
export const startUnderLoad = (dataDir?: string): Promise<Appliance> => startAppliance({ ...(dataDir !== undefined && { dataDir }), env })

/** Registers the witness and an agent who may read from it; gives the agent's token. */
export async function admitWitness({ cli, dataDir, token }: Appliance, url: string): Promise<string> {
  const added = await cli('server', 'add', 'witness', url)
  if (added.exitCode !== 0) throw new Error(added.stderr)
  await query(
    dataDir,
    `INSERT INTO behavry.agents (id, tenant_id, name, agent_type, roles, permissions) VALUES ($1, $2, 'reader', 'x', '{default}', '{witness:read}')`,
    [crypto.randomUUID(), defaultTenantId],
  )
  return await token('reader')
}

/** How one call ended: `ok`, the code of its refusal, or `cut` when there was no answer. */
export interface Called {
  readonly path: string
  readonly end: string
}

export interface Load {
  readonly calls: readonly Called[]
  /** Lets what is under way end. */
  readonly stop: () => Promise<void>
}

/** Calls without a pause on so many connections, each call with a path of its own. */
export function startLoad(appliance: Appliance, token: string, label: string, connections = 32): Load {
  const calls: Called[] = []
  let running = true
  let next = 0
  const caller = async () => {
    while (running) {
      const path = `/srv/${label}/${next++}`
      const end = await call(appliance.url, token, path)
      calls.push({ path, end })
      if (end === 'cut') await Bun.sleep(20)
    }
  }
  const callers = Array.from({ length: connections }, caller)
  return {
    calls,
    stop: async () => {
      running = false
      await Promise.all(callers)
    },
  }
}

interface Answer {
  readonly result?: { readonly isError?: boolean; readonly _meta?: Readonly<Record<string, { readonly reason_code?: string }>> }
  readonly error?: { readonly data?: { readonly code?: string } }
}

/** One `tools/call`, never repeated. */
export async function call(url: string, token: string, path: string): Promise<string> {
  try {
    const response = await fetch(`${url}/mcp/v1/witness`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', authorization: `Bearer ${token}` },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'read_file', arguments: { path } } }),
    })
    const { result, error } = (await response.json()) as Answer
    if (result && !result.isError) return 'ok'
    return error?.data?.code ?? result?._meta?.['behavry/decision']?.reason_code ?? 'failed'
  } catch {
    return 'cut'
  }
}

/** A record of the journal as it was stored, whatever its projection says. */
export interface Stored {
  readonly event_type: string
  readonly request_id: string
  readonly policy_result?: string
  readonly target?: string
  readonly outcome?: string
}

export async function storedCalls(dataDir: string): Promise<readonly Stored[]> {
  const rows = await query<{ record: Stored }>(
    dataDir,
    `SELECT line::json AS record FROM behavry.journal_segments, string_to_table(convert_from(records, 'UTF8'), E'\\n') AS line
     WHERE line::json->>'event_type' LIKE 'tool_call.%'`,
  )
  return rows.map(({ record }) => record)
}

/** As the cluster's superuser: what the product says of itself is not asked here. */
async function query<T extends pg.QueryResultRow>(dataDir: string, text: string, values: unknown[] = []): Promise<T[]> {
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
