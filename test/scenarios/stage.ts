import type { Client } from '@modelcontextprotocol/sdk/client/index.js'
import pg from 'pg'
import { findEmbedded } from '../../server/postgres/embedded/embedded.ts'
import type { Appliance } from '../stage/appliance.ts'

/** What an agent is told of a call: the text, and the decision where it was refused. */
export interface Told {
  readonly isError: boolean
  readonly text: string
  readonly decision: Readonly<Record<string, unknown>> | undefined
}

export async function callTool(client: Client, name: string, args: Record<string, unknown>): Promise<Told> {
  const result = await client.callTool({ name, arguments: args })
  const content = result.content as readonly { readonly type: string; readonly text?: string }[]
  return {
    isError: result.isError === true,
    text: content.map(part => part.text ?? '').join('\n'),
    decision: result._meta?.['behavry/decision'] as Told['decision'],
  }
}

export type Event = Readonly<Record<string, unknown>> & { readonly id: string; readonly event_type: string }

/** The journal as `audit tail --json` prints it: one document a line. */
export async function auditOf(appliance: Appliance, lines = 500): Promise<readonly Event[]> {
  const { stdout, stderr, exitCode } = await appliance.cli('--json', 'audit', 'tail', '-n', String(lines))
  if (exitCode !== 0) throw new Error(stderr)
  return stdout
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as Event)
}

/** Runs a statement in the appliance's own database as its superuser: for what no command does yet. */
export async function inDatabase(
  dataDir: string,
  text: string,
  values: readonly unknown[] = [],
): Promise<readonly Record<string, unknown>[]> {
  const address = findEmbedded(dataDir)
  if (!address) throw new Error('no database runs there')
  const client = new pg.Client({ host: address.socketDir, port: address.port, user: address.superuser, database: address.database })
  await client.connect()
  try {
    return (await client.query(text, [...values])).rows
  } finally {
    await client.end()
  }
}

/** One POST to the MCP front as bytes, and its JSON answer. */
export async function post(
  appliance: Appliance,
  token: string | undefined,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
  serverId = 'demo',
) {
  const response = await fetch(`${appliance.url}/mcp/v1/${serverId}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }), ...headers },
    body,
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, answer: parsed(text) }
}

export interface RpcAnswer {
  readonly jsonrpc?: string
  readonly id?: unknown
  readonly result?: Readonly<Record<string, unknown>>
  readonly error?: { readonly code: unknown; readonly message?: string; readonly data?: Readonly<Record<string, unknown>> }
}

/** The decision of a refused call, `{}` where it was not refused. */
export function decisionOf({ result }: RpcAnswer): Readonly<Record<string, string>> {
  const meta = (result?._meta ?? {}) as Readonly<Record<string, Readonly<Record<string, string>>>>
  return meta['behavry/decision'] ?? {}
}

function parsed(text: string): RpcAnswer {
  try {
    return JSON.parse(text) as RpcAnswer
  } catch {
    return {}
  }
}

export function toolCall(id: unknown, name: string, args: object = {}): string {
  return JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: args } })
}

/** Waits until something holds, at most 10 s. */
export async function eventually(holds: () => boolean | Promise<boolean>): Promise<boolean> {
  for (let tries = 0; tries < 200; tries++) {
    if (await holds()) return true
    await Bun.sleep(50)
  }
  return false
}
