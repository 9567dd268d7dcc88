import { byServerId } from '../contract/fields.ts'
import { operation } from '../contract/operation.ts'
import { type ServerAdded, type ServerRequest, type ServerView, serverRequest } from '../contract/server.ts'
import { Failure } from '../domain/failure.ts'
import type { Journal } from '../domain/journal.ts'
import type { JsonObject } from '../domain/json.ts'
import type { McpServer, Servers } from '../domain/server.ts'
import { settledWithin } from '../domain/within.ts'
import { maskedArgs } from './masked-args.ts'

export interface ServersWorld {
  readonly servers: Servers
  readonly journal: Journal
  /** Throws `backend_refused` for an address that a backend may not have. */
  readonly checkBackendUrl: (url: string) => Promise<void>
  /** The tenant's keyed digest of an object, as records have it of arguments. */
  readonly inputHash: (tenantId: string, object: JsonObject) => string
  /** Connects, and resolves with the number of its tools; rejects with a backend failure. */
  readonly probe: (server: McpServer) => Promise<number>
}

const defaultTimeoutMs = 30_000
/** How long whoever registers a server waits for its first answer. */
const firstLookMs = 5_000

export const listServers = operation({
  summary: 'List the registered MCP servers',
  run: async (_, caller, world: ServersWorld) => ({ servers: (await world.servers.list(caller.tenantId)).map(view) }),
})

export const addServer = operation({
  summary: 'Register an MCP server',
  body: serverRequest,
  status: 201,
  run: async ({ body }, caller, world: ServersWorld): Promise<ServerAdded> => {
    const server = definition(body, caller.tenantId)
    if (server.transport.kind === 'http') await world.checkBackendUrl(server.transport.url)
    const known = await world.servers.list(caller.tenantId)
    if (known.some(({ id }) => id === server.id)) throw new Failure('conflict', `A server with the id ${server.id} is registered already.`)
    await world.journal.append({
      actor: caller.actor,
      event_type: 'server.added',
      extra: accountOf(server, world),
      mcp_server: server.id,
      tenant_id: caller.tenantId,
    })
    await world.servers.add(server)
    return { ...view(server), ...(await firstLook(server, world)) }
  },
})

export const removeServer = operation({
  summary: 'Remove an MCP server',
  params: byServerId,
  run: async ({ params }, caller, world: ServersWorld) => {
    if (!(await world.servers.remove(caller.tenantId, params.id))) throw new Failure('server_unknown')
    await world.journal.append({ actor: caller.actor, event_type: 'server.removed', mcp_server: params.id, tenant_id: caller.tenantId })
    return { id: params.id, removed: true }
  },
})

/** What the journal keeps of a definition: enough to know what was let in. Arguments and values may hold secrets: they are there as a keyed digest only. */
function accountOf({ tenantId, transport }: Omit<McpServer, 'revision'>, world: ServersWorld): JsonObject {
  const definition = `hmac-sha256:${world.inputHash(tenantId, { ...transport })}`
  if (transport.kind === 'http') return { transport: 'http', url: withoutQuery(transport.url), definition }
  const { command, env, folder } = transport
  return { transport: 'stdio', command, env: Object.keys(env), ...(folder !== undefined && { folder }), definition }
}

/** Tried at once, so that whoever registered it hears now, and not an agent later, that it does not start. It stays registered either way. */
async function firstLook(
  { id, tenantId }: Omit<McpServer, 'revision'>,
  world: ServersWorld,
): Promise<Pick<ServerAdded, 'tools' | 'problem'>> {
  const server = (await world.servers.list(tenantId)).find(one => one.id === id)
  if (!server) return {}
  const look = world.probe(server).then(
    tools => ({ tools }),
    (error: unknown) => {
      if (!(error instanceof Failure)) throw error
      return { problem: error.message }
    },
  )
  return (await settledWithin(firstLookMs, look)) ? await look : { problem: `It did not answer within ${firstLookMs / 1_000} s.` }
}

function definition(request: ServerRequest, tenantId: string): Omit<McpServer, 'revision'> {
  const { id, name = id, timeout_ms: timeoutMs = defaultTimeoutMs } = request
  return { id, tenantId, name, enabled: true, timeoutMs, transport: transportOf(request) }
}

function transportOf(request: ServerRequest): McpServer['transport'] {
  const { url, command, args = [], env = {}, folder } = request
  if (request.transport === 'http') {
    if (url === undefined || command !== undefined) throw new Failure('validation_failed', 'An http server has a url, and no command.')
    return { kind: 'http', url, headers: {} }
  }
  if (command === undefined || url !== undefined) throw new Failure('validation_failed', 'A stdio server has a command, and no url.')
  return { kind: 'stdio', command, args, env, ...(folder !== undefined && { folder }) }
}

/** A query may hold a key. */
function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/s, '')
}

function view({ id, name, transport, enabled, timeoutMs: timeout_ms }: Omit<McpServer, 'revision'>): ServerView {
  if (transport.kind === 'http') return { id, name, transport: 'http', url: withoutQuery(transport.url), enabled, timeout_ms }
  const { command, args, env, folder } = transport
  const own = { command, args: maskedArgs(args), env: Object.keys(env), ...(folder !== undefined && { folder }) }
  return { id, name, transport: 'stdio', ...own, enabled, timeout_ms }
}
