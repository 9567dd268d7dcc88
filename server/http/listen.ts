import { Failure } from '../domain/failure.ts'
import { fulfilledWithin } from '../domain/within.ts'
import { failureResponse, type OnFault } from './failures.ts'
import type { HostRules } from './host.ts'
import type { Mounted } from './mount.ts'

export interface Listener {
  /** `http://127.0.0.1:8000`. */
  readonly url: string
  /** Stops accepting, waits for what is under way, then closes. */
  readonly stop: (waitMs: number) => Promise<void>
}

export interface NetworkOptions {
  readonly hostname: string
  readonly port: number
  readonly maxBodyBytes: number
  readonly host: HostRules
  readonly app: Mounted
  /** Counts a request of an address; throws `rate_limited`. Health probes are not counted. */
  readonly limitPublic: (address: string) => void
  /** The MCP proxy, by server id. */
  readonly mcp: (request: Request, serverId: string, peer: { readonly address: string; readonly bodyRead: () => void }) => Promise<Response>
  readonly onFault: OnFault
}

/** Seconds without a byte before a connection is closed; a tool call may take longer, see `callSeconds`. */
const idleSeconds = 60
/** Longer than any server's deadline may be. */
const callSeconds = 240
/** `/mcp/v1/{server_id}`, matched here and not by the app: no wildcard routes, and nothing between the socket and the hot path. */
const mcpPath = /^https?:\/\/[^/]+\/mcp\/v1\/([a-z0-9][a-z0-9-]{0,62})(?:\?|$)/
const healthPath = /^https?:\/\/[^/]+\/health(?:[/?]|$)/

/** Opens the network listener. Throws `configuration_invalid` when the address cannot be had. */
export function listen(options: NetworkOptions): Listener {
  const { host, app, mcp, onFault } = options
  const server = bind(
    () =>
      Bun.serve({
        hostname: options.hostname,
        port: options.port,
        idleTimeout: idleSeconds,
        // A backstop: bodies are counted, and refused with a code, before they get this long.
        maxRequestBodySize: options.maxBodyBytes * 2,
        fetch: (request, server) => {
          try {
            const address = server.requestIP(request)?.address ?? ''
            host.check(request)
            const serverId = mcpPath.exec(request.url)?.[1]
            if (serverId !== undefined) {
              return mcp(request, serverId, { address, bodyRead: () => server.timeout(request, callSeconds) })
            }
            if (!healthPath.test(request.url)) options.limitPublic(address)
            return app.fetch(request)
          } catch (error) {
            return failureResponse(error, onFault)
          }
        },
        error: error => failureResponse(error, onFault),
      }),
    `${options.hostname}:${options.port}`,
  )
  return {
    url: `http://${options.hostname.includes(':') ? `[${options.hostname}]` : options.hostname}:${server.port}`,
    stop: waitMs => stopServer(server, waitMs),
  }
}

/** Opens the admin socket: reachable by the appliance's own user only, by the mode of the folder it lies in. */
export function listenOnSocket(path: string, app: Mounted, onFault: OnFault): Listener {
  const server = bind(
    () => Bun.serve({ unix: path, fetch: request => app.fetch(request), error: error => failureResponse(error, onFault) }),
    path,
  )
  return { url: path, stop: waitMs => stopServer(server, waitMs) }
}

interface Stoppable {
  readonly stop: (closeActive?: boolean) => Promise<void>
}

async function stopServer(server: Stoppable, waitMs: number): Promise<void> {
  await fulfilledWithin(waitMs, server.stop())
  await server.stop(true)
}

function bind<T>(serve: () => T, address: string): T {
  try {
    return serve()
  } catch (cause) {
    throw new Failure(
      'configuration_invalid',
      `Cannot listen on ${address}: is another process there? Set BEHAVRY_LISTEN to another address.`,
      { cause },
    )
  }
}
