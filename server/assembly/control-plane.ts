import { type ApprovalsWorld, resolve } from '../approvals/resolve.ts'
import type { Config } from '../config/config.ts'
import type { EventLog } from '../domain/journal.ts'
import type { Backends } from '../domain/server.ts'
import { checkBackendUrl } from '../mcp/backends/http/backend-url.ts'
import type { Postgres } from '../postgres/connect.ts'
import { createEventLog } from '../postgres/journal/event-log.ts'
import type { Projector } from '../postgres/journal/projector.ts'
import { createAgents } from '../postgres/registry/agents.ts'
import { createServers } from '../postgres/registry/servers.ts'
import { createSessions } from '../postgres/registry/sessions.ts'
import type { Transports } from '../postgres/registry/transports.ts'
import type { LiveSnapshot } from '../postgres/snapshot.ts'
import type { World } from '../world.ts'
import { allowedCidrs } from './data-plane.ts'
import type { Identity } from './identity.ts'

export interface ControlPlaneParts {
  readonly config: Config
  readonly postgres: Postgres
  readonly transports: Transports
  readonly snapshots: LiveSnapshot
  readonly projector: Projector
  readonly approvals: ApprovalsWorld
  readonly identity: Identity
  readonly backends: Backends
}

/** The ports of the control plane, over the shelves of the database. Whoever changes something sees it in force when they are answered. */
export function assembleControlPlane(parts: ControlPlaneParts): World {
  const { config, postgres, snapshots, approvals, identity } = parts
  const { journal, clock, ids, escalations } = approvals
  const agents = createAgents(postgres)
  const servers = createServers(postgres, parts.transports)
  const sessions = createSessions(postgres)
  const inForce = async <T>(change: Promise<T>): Promise<T> => {
    const result = await change
    await snapshots.refresh()
    return result
  }
  return {
    version: config.releaseVersion,
    journal,
    snapshots,
    clock,
    ids,
    jwks: identity.jwks,
    signer: identity.tokens,
    tokenTtlMs: config.accessTokenTtl.ms,
    agents: { ...agents, add: agent => inForce(agents.add(agent)) },
    sessions: { ...sessions, revoke: (...args) => inForce(sessions.revoke(...args)) },
    servers: { ...servers, add: server => inForce(servers.add(server)), remove: (...args) => inForce(servers.remove(...args)) },
    inputHash: identity.inputHash,
    probe: async server => (await parts.backends.profile(server)).tools.length,
    checkBackendUrl: url => checkBackendUrl(url, allowedCidrs(config)),
    escalations,
    resolve: resolution => resolve(resolution, approvals),
    events: caughtUp(createEventLog(postgres), parts.projector),
  }
}

/** Whoever asks for the log sees everything that was recorded before they asked. */
function caughtUp(events: EventLog, projector: Projector): EventLog {
  return {
    list: async (...args) => {
      await projector.catchUp()
      return await events.list(...args)
    },
    find: async (...args) => {
      await projector.catchUp()
      return await events.find(...args)
    },
  }
}
