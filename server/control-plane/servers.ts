import { byServerId } from '../contract/fields.ts'
import { operation } from '../contract/operation.ts'
import { type ServerRequest, type ServerView, serverRequest } from '../contract/server.ts'
import { Failure } from '../domain/failure.ts'
import type { Journal } from '../domain/journal.ts'
import type { McpServer, Servers } from '../domain/server.ts'

export interface ServersWorld {
  readonly servers: Servers
  readonly journal: Journal
  /** Throws `backend_refused` for an address that a backend may not have. */
  readonly checkBackendUrl: (url: string) => Promise<void>
}

const defaultTimeoutMs = 30_000

export const listServers = operation({
  summary: 'List the registered MCP servers',
  run: async (_, caller, world: ServersWorld) => ({ servers: (await world.servers.list(caller.tenantId)).map(view) }),
})

export const addServer = operation({
  summary: 'Register an MCP server',
  body: serverRequest,
  status: 201,
  run: async ({ body }, caller, world: ServersWorld): Promise<ServerView> => {
    const server = definition(body, caller.tenantId)
    if (server.transport.kind === 'http') await world.checkBackendUrl(server.transport.url)
    const known = await world.servers.list(caller.tenantId)
    if (known.some(({ id }) => id === server.id)) throw new Failure('conflict', `A server with the id ${server.id} is registered already.`)
    await world.journal.append({
      actor: caller.actor,
      event_type: 'server.added',
      extra: { transport: server.transport.kind },
      mcp_server: server.id,
      tenant_id: caller.tenantId,
    })
    await world.servers.add(server)
    return view(server)
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

function definition(request: ServerRequest, tenantId: string): Omit<McpServer, 'revision'> {
  const { id, name = id, timeout_ms: timeoutMs = defaultTimeoutMs } = request
  return { id, tenantId, name, enabled: true, timeoutMs, transport: transportOf(request) }
}

function transportOf(request: ServerRequest): McpServer['transport'] {
  if (request.transport === 'http') return { kind: 'http', url: request.url, headers: {} }
  const { command, args = [], env = {}, folder } = request
  return { kind: 'stdio', command, args, env, ...(folder !== undefined && { folder }) }
}

function view({ id, name, transport, enabled, timeoutMs: timeout_ms }: Omit<McpServer, 'revision'>): ServerView {
  if (transport.kind === 'http') return { id, name, transport: 'http', url: transport.url, enabled, timeout_ms }
  const { command, args, env } = transport
  return { id, name, transport: 'stdio', command, args, env: Object.keys(env), enabled, timeout_ms }
}
