import { chmodSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { loadBasePolicies } from '../policies/embed.ts'
import { expire } from './approvals/expire.ts'
import { resolve } from './approvals/resolve.ts'
import { readyDatabase } from './assembly/database.ts'
import { every } from './assembly/every.ts'
import { openIdentity } from './assembly/identity.ts'
import { openJournal } from './assembly/journal.ts'
import type { Config } from './config/config.ts'
import { createGateway } from './data-plane/gateway.ts'
import { createRateLimiter } from './data-plane/limit.ts'
import { createRefusals } from './data-plane/refusals.ts'
import { createSessionWindow } from './data-plane/session-window.ts'
import type { Clock, Ids } from './domain/clock.ts'
import type { EventLog } from './domain/journal.ts'
import type { Log } from './domain/log.ts'
import { defaultTenantId } from './domain/snapshot.ts'
import { createHostRules } from './http/host.ts'
import { listen, listenOnSocket } from './http/listen.ts'
import { mount } from './http/mount.ts'
import { createOpaWasmJudge } from './judge/opa-wasm.ts'
import { checkBackendUrl } from './mcp/backends/backend-url.ts'
import { createBackends } from './mcp/backends/backends.ts'
import type { SelfCommand } from './mcp/backends/backends-options.ts'
import { createMcpFront } from './mcp/front/front.ts'
import { adminSocketOf } from './places.ts'
import { createEventLog } from './postgres/journal/event-log.ts'
import { createApprovals, createEscalations } from './postgres/motion/escalations.ts'
import { createAgents } from './postgres/registry/agents.ts'
import { ensureDemo, ensureTenant } from './postgres/registry/defaults.ts'
import { createServers } from './postgres/registry/servers.ts'
import { createSessions } from './postgres/registry/sessions.ts'
import { openSnapshot } from './postgres/snapshot.ts'
import { routes } from './routes.ts'
import { redact } from './scanners/redact.ts'
import { scanners } from './scanners/scanners.ts'
import type { World } from './world.ts'

export interface StartOptions {
  readonly log: Log
  readonly version: string
  /** How this very executable is run again, for the built-in MCP server. */
  readonly self: SelfCommand
}

export interface Running {
  /** Where agents reach it. */
  readonly url: string
  /** Stops accepting, lets what is under way finish within 15 s, flushes the journal, closes everything. */
  readonly stop: () => Promise<void>
}

const drainMs = 15_000
const expireEveryMs = 15_000
const refusalsEveryMs = 60_000

const clock: Clock = { now: Date.now, monotonic: () => performance.now() }
const ids: Ids = { next: () => Bun.randomUUIDv7() }

/**
 * The composition root: opens everything, in the order in which it depends on each other, and undoes it the other way round. Throws a `Failure` whose message says
 * what to do; then nothing is left open.
 */
export async function start(config: Config, options: StartOptions): Promise<Running> {
  const { log, version } = options
  const closing: (() => Promise<unknown>)[] = []
  const stop = async () => {
    for (const close of closing.splice(0).reverse()) await close()
  }
  try {
    const database = await readyDatabase(config, log)
    closing.push(database.close)
    const { postgres } = database
    await ensureTenant(postgres)
    if (config.env === 'development') await ensureDemo(postgres, ids.next(), demoServer(config))

    const identity = await openIdentity(config, clock)
    const { journal, projector, close: closeJournal } = await openJournal(database, { clock, ids }, log)
    closing.push(closeJournal)

    const base = await loadBasePolicies()
    const judge = await createOpaWasmJudge(base.wasm, base.policies, base.revision, (policy, error) =>
      log('error', 'policy_error', { policy, error }),
    )
    const snapshots = await openSnapshot(postgres, {
      clock,
      judge,
      killSwitches: config.killSwitch ? [{ scope: 'global', reason: 'BEHAVRY_KILL_SWITCH is set' }] : [],
      onSwap: ({ seq }) => log('debug', 'snapshot', { seq }),
      onFault: error => log('warn', 'snapshot_unconfirmed', { error }),
    })
    closing.push(snapshots.close)

    const allowedCidrs = config.backendAllowCidrs.map(({ address, prefix }) => `${address}/${prefix}`)
    const backends = createBackends({
      version,
      clock,
      dataDir: config.dataDir,
      self: options.self,
      production: config.env === 'production',
      allowedCidrs,
      log: line => log('info', 'backend_stderr', { ...line }),
      onWarning: detail => log('warn', 'backend', { detail }),
    })
    closing.push(backends.close)

    const refusals = createRefusals(journal, clock)
    const gateway = createGateway({
      clock,
      ids,
      snapshots,
      verifier: identity.tokens,
      journal,
      approvals: createApprovals(postgres),
      backends,
      scanners,
      redact,
      inputHash: identity.inputHash,
      limiter: createRateLimiter(config.rateLimitAgent, clock.monotonic),
      sessions: createSessionWindow(),
      refusals,
    })

    const escalations = createEscalations(postgres)
    const approvals = { escalations, journal, clock, ids }
    const jobs = [
      every(expireEveryMs, 'expire_escalations', () => expire(approvals), log),
      every(refusalsEveryMs, 'flush_refusals', async () => refusals.flush(), log),
    ]
    closing.push(async () => {
      refusals.flush()
      await Promise.all(jobs.map(job => job.stop()))
    })

    const servers = createServers(postgres)
    const sessions = createSessions(postgres)
    const world: World = {
      version,
      journal,
      snapshots,
      jwks: identity.jwks,
      agents: createAgents(postgres),
      sessions: { ...sessions, revoke: (...args) => refreshed(sessions.revoke(...args), snapshots) },
      signer: identity.tokens,
      tokenTtlMs: config.accessTokenTtl.ms,
      clock,
      ids,
      servers: {
        ...servers,
        add: server => refreshed(servers.add(server), snapshots),
        remove: (...args) => refreshed(servers.remove(...args), snapshots),
      },
      checkBackendUrl: url => checkBackendUrl(url, allowedCidrs),
      escalations,
      resolve: resolution => resolve(resolution, approvals),
      events: caughtUp(createEventLog(postgres), projector),
    }
    const onFault = (error: unknown, errorId: string) => log('error', 'internal', { error_id: errorId, error })

    const admin = openAdminSocket(config.dataDir, path => listenOnSocket(path, mount(routes, world, 'admin-socket', onFault), onFault))
    closing.push(() => admin.stop(drainMs))
    const network = listen({
      hostname: config.listen.host,
      port: config.listen.port,
      maxBodyBytes: config.maxBodyBytes,
      host: createHostRules(config.publicUrl),
      app: mount(routes, world, 'network', onFault),
      mcp: createMcpFront({ gateway, backends, maxBodyBytes: config.maxBodyBytes, onFault }),
      onFault,
    })
    closing.push(() => network.stop(drainMs))

    await journal.append({ tenant_id: defaultTenantId, event_type: 'appliance.started', actor: 'system', extra: { version } })
    closing.splice(closing.length - 2, 0, () =>
      journal
        .append({ tenant_id: defaultTenantId, event_type: 'appliance.stopped', actor: 'system', extra: { version } })
        .catch(error => log('warn', 'stop_unrecorded', { error })),
    )
    return { url: network.url, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Whoever changed something sees it in force when it is answered. */
async function refreshed<T>(change: Promise<T>, snapshots: { readonly refresh: () => Promise<void> }): Promise<T> {
  const result = await change
  await snapshots.refresh()
  return result
}

/** Whoever asks for the log sees everything that was recorded before they asked. */
function caughtUp(events: EventLog, projector: { readonly catchUp: () => Promise<void> }): EventLog {
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

function demoServer(config: Config) {
  return {
    id: 'demo',
    name: 'Demo notes and files',
    enabled: true,
    timeoutMs: 30_000,
    transport: { kind: 'stdio' as const, command: 'behavry', args: ['demo-mcp'], env: {}, folder: join(config.dataDir, 'tools', 'demo') },
  }
}

/** The socket is there for its owner alone from the first moment on: the mask holds while it is made. */
function openAdminSocket<T>(dataDir: string, open: (path: string) => T): T {
  const path = adminSocketOf(dataDir)
  mkdirSync(dataDir, { recursive: true })
  rmSync(path, { force: true })
  const mask = process.umask(0o177)
  try {
    const opened = open(path)
    chmodSync(path, 0o600)
    return opened
  } finally {
    process.umask(mask)
  }
}
