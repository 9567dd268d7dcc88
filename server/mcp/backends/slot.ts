import type { Clock } from '../../domain/clock.ts'
import { Failure } from '../../domain/failure.ts'
import type { BackendAnswer, McpServer, ServerProfile } from '../../domain/server.ts'
import { backendFailure, faultOf } from './backend-failure.ts'
import type { Connection } from './connection.ts'
import { createConnector } from './connector.ts'
import { within } from './deadline.ts'
import type { LinkEvents, RequestLimits } from './link.ts'
import { createRefresher, type Refresher } from './refresher.ts'

/** After a call that ran out of time a child has this long to show that it lives; half a call's time, when that is less. */
const aliveTimeoutMs = 1_000

const endedEarly = 'The MCP server ended before it had answered a call.'

/** The place of one server definition: at most one connection, shared by all agents, made when first needed. */
export interface Slot {
  /** At once when connected. */
  readonly profile: () => ServerProfile | Promise<ServerProfile>
  readonly callTool: (params: string, signal: AbortSignal) => Promise<BackendAnswer>
  /** Milliseconds since somebody last used it; 0 while somebody does. */
  readonly idleMs: () => number
  /** Connects no more, and closes behind the calls that are under way. */
  readonly retire: () => void
}

export interface SlotOptions {
  readonly server: McpServer
  readonly clock: Clock
  /** Opens a greeted connection, or throws a backend failure and leaves nothing behind. */
  readonly open: (server: McpServer, events: LinkEvents) => Promise<Connection>
  readonly onToolsChanged: (server: McpServer) => void
}

interface Live {
  readonly connection: Connection
  readonly refresher: Refresher
  /** It has answered a call: its end is then no reason to wait before the next. */
  proven: boolean
  /** Set while it is being asked whether it lives. */
  doubt?: Promise<void>
}

/** A slot without a connection. Failures are those of `Backends`. */
export function createSlot({ server, clock, open, onToolsChanged }: SlotOptions): Slot {
  const isProcess = server.transport.kind === 'stdio'
  let live: Live | undefined
  let usedAt = clock.monotonic()
  let users = 0
  let ended = false

  /** The next caller meets a fresh connection; requests under way on this one may still be answered. */
  const drop = (gone: Live, reason?: Failure) => {
    if (live !== gone) return
    live = undefined
    gone.connection.closeWhenIdle()
    if (!isProcess) return
    if (reason?.code === 'backend_invalid') connector.failed(reason.message)
    else if (!gone.proven) connector.failed(endedEarly)
  }
  const make = async (): Promise<Live> => {
    let made: Live | undefined
    let isBroken = false
    const broken = (reason: Failure) => {
      isBroken = true
      if (made !== undefined) drop(made, reason)
    }
    const connection = await open(server, { toolsChanged: () => made?.refresher.changed(), broken })
    if (isBroken) throw backendFailure('backend_unavailable', endedEarly, false)
    const refresher = createRefresher({ connection, clock, timeoutMs: server.timeoutMs, onChange: () => onToolsChanged(server) })
    made = { connection, refresher, proven: false }
    if (ended) connection.closeWhenIdle()
    else live = made
    return made
  }
  const connector = createConnector(make, clock)

  const ready = async (limits: RequestLimits): Promise<Live> => {
    if (live?.doubt !== undefined) await within(live.doubt, limits)
    if (ended) throw backendFailure('backend_unavailable', `The definition of ${server.id} has just changed: try again.`, false)
    return live ?? (await within(connector.connect(), limits))
  }
  const doubt = (doubted: Live) => {
    const timeoutMs = Math.min(aliveTimeoutMs, server.timeoutMs / 2)
    doubted.doubt ??= doubted.connection.isAlive({ timeoutMs }).then(isAlive => {
      delete doubted.doubt
      if (isAlive) return
      drop(doubted)
      // The next caller does not wait until it is gone.
      void doubted.connection.close()
    })
  }
  const call = async (params: string, signal: AbortSignal): Promise<BackendAnswer> => {
    const began = clock.monotonic()
    const current = await ready({ timeoutMs: server.timeoutMs, signal })
    const timeoutMs = Math.max(1, server.timeoutMs - (clock.monotonic() - began))
    try {
      const answer = await current.connection.callTool(params, { timeoutMs, signal })
      current.proven = true
      connector.proven()
      return answer
    } catch (error) {
      if (isProcess && error instanceof Failure && error.code === 'backend_timeout') doubt(current)
      throw error
    }
  }
  const profile = (): ServerProfile | Promise<ServerProfile> => {
    usedAt = clock.monotonic()
    if (live !== undefined && live.doubt === undefined) return live.refresher.profile()
    return ready({ timeoutMs: server.timeoutMs }).then(current => current.refresher.profile())
  }
  const callTool = async (params: string, signal: AbortSignal): Promise<BackendAnswer> => {
    users++
    try {
      return await call(params, signal)
    } catch (error) {
      return faultOf(error)
    } finally {
      users--
      usedAt = clock.monotonic()
    }
  }
  const retire = () => {
    ended = true
    const last = live
    live = undefined
    last?.connection.closeWhenIdle()
  }
  return {
    profile,
    callTool,
    idleMs: () => (users > 0 ? 0 : clock.monotonic() - usedAt),
    retire,
  }
}
