import type { Backends, McpServer } from '../../domain/server.ts'
import { serverKey } from '../../domain/snapshot.ts'
import { backendFailure, faultOf } from './backend-failure.ts'
import type { BackendsOptions } from './backends-options.ts'
import { createOpener } from './opener.ts'
import { createSlot, type Slot } from './slot.ts'
import { createIsolation, type Isolation } from './stdio/isolation.ts'

const sweepEveryMs = 30_000

export interface ClosableBackends extends Backends {
  /** Whether stdio servers run under a user of their own. */
  readonly isolationLevel: () => Isolation['level']
  /** Ends the connections of servers that are no longer among these, or disabled: what was removed does not run on. */
  readonly keep: (servers: ReadonlyMap<string, McpServer>) => void
  /** Closes every connection; no child process is left when it resolves. */
  readonly close: () => Promise<void>
}

/**
 * The servers behind us, over HTTP and stdio. One connection a definition, shared by all agents, opened when first needed, closed when
 * the definition's revision rises or nobody used it for long. An earlier revision than the newest seen is refused.
 */
export function createBackends(options: BackendsOptions): ClosableBackends {
  const { clock, idleMs = 600_000, onToolsChanged = () => {} } = options
  const isolation = createIsolation(options)
  const places = new Map<string, Place>()
  const opener = createOpener(options, isolation)

  const slotOf = (server: McpServer): Slot => {
    const key = serverKey(server.tenantId, server.id)
    const place = places.get(key)
    if (place?.revision === server.revision) return place.slot
    if (place !== undefined && place.revision > server.revision) throw outdated(server)
    place?.slot.retire()
    const slot = createSlot({ server, clock, open: opener.open, onToolsChanged })
    places.set(key, { revision: server.revision, slot })
    return slot
  }
  const sweep = setInterval(
    () => {
      for (const [key, { slot }] of places) {
        if (slot.idleMs() < idleMs) continue
        places.delete(key)
        slot.retire()
      }
    },
    Math.min(sweepEveryMs, idleMs),
  )
  sweep.unref()

  return {
    profile: server => slotOf(server).profile(),
    callTool: async (server, params, signal) => {
      try {
        return await slotOf(server).callTool(params, signal)
      } catch (error) {
        return faultOf(error)
      }
    },
    isolationLevel: () => isolation.level,
    keep: servers => {
      for (const [key, { slot }] of places) {
        if (servers.get(key)?.enabled) continue
        places.delete(key)
        slot.retire()
      }
    },
    close: async () => {
      clearInterval(sweep)
      for (const { slot } of places.values()) slot.retire()
      await opener.closeAll()
    },
  }
}

function outdated(server: McpServer): Error {
  return backendFailure('backend_unavailable', `The definition of ${server.id} has just changed: try again.`, false)
}

interface Place {
  readonly revision: number
  readonly slot: Slot
}
