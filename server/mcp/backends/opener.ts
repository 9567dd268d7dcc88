import type { McpServer } from '../../domain/server.ts'
import { backendFailure } from './backend-failure.ts'
import type { BackendsOptions } from './backends-options.ts'
import { type Connection, openConnection } from './connection.ts'
import { within } from './deadline.ts'
import { openHttpLink } from './http/http-link.ts'
import type { Link, LinkEvents } from './link.ts'
import type { Isolation } from './stdio/isolation.ts'
import { startProgram } from './stdio/start-program.ts'

/** Opens connections, and knows all that are open. */
export interface Opener {
  /** A greeted connection over the transport of the definition. Throws a backend failure and leaves nothing behind. */
  readonly open: (server: McpServer, events: LinkEvents) => Promise<Connection>
  /** Closes every connection, also those that are just being opened; none opens any more. */
  readonly closeAll: () => Promise<void>
}

const defaultConnectTimeoutMs = 30_000

/** An opener with nothing open. */
export function createOpener(options: BackendsOptions, isolation: Isolation): Opener {
  const timeoutMs = options.connectTimeoutMs ?? defaultConnectTimeoutMs
  const links = new Set<Link>()
  let closed = false

  const openLink = async (server: McpServer, events: LinkEvents): Promise<Link> => {
    const { transport, tenantId, id: serverId } = server
    const warn = (text: string) => options.log({ level: 'warn', tenantId, serverId, text })
    if (transport.kind === 'http') return await openHttpLink(transport, options.allowedCidrs, events, warn)
    return startProgram(server, transport, options, isolation, events)
  }
  const track = (link: Link): Link => {
    const tracked = { ...link, close: () => link.close().finally(() => links.delete(tracked)) }
    links.add(tracked)
    return tracked
  }
  const open = async (server: McpServer, events: LinkEvents): Promise<Connection> => {
    if (closed) throw stopping()
    const link = track(await openLink(server, events))
    try {
      // It may have been closed while a name was resolved.
      if (closed) throw stopping()
      return await within(openConnection(link, options.version, { timeoutMs }), { timeoutMs })
    } catch (error) {
      await link.close()
      throw error
    }
  }
  const closeAll = async () => {
    closed = true
    await Promise.all([...links].map(link => link.close()))
  }
  return { open, closeAll }
}

function stopping(): Error {
  return backendFailure('backend_unavailable', 'The server is stopping.', false)
}
