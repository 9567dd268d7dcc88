import { loadBasePolicies } from '../policies/embed.ts'
import { expire } from './approvals/expire.ts'
import { openAdminSocket } from './assembly/admin-socket.ts'
import { agreeOnKeys } from './assembly/agree-on-keys.ts'
import { assembleControlPlane } from './assembly/control-plane.ts'
import { prepareDataDir } from './assembly/data-dir.ts'
import { type AssembledDataPlane, assembleDataPlane } from './assembly/data-plane.ts'
import { readyDatabase } from './assembly/database.ts'
import { demoServer } from './assembly/demo.ts'
import { every } from './assembly/every.ts'
import { openIdentity } from './assembly/identity.ts'
import { openJournal } from './assembly/journal.ts'
import type { Config } from './config/config.ts'
import { createRateLimiter } from './data-plane/limit.ts'
import type { Clock, Ids } from './domain/clock.ts'
import type { Log } from './domain/log.ts'
import { defaultTenantId } from './domain/snapshot.ts'
import { createHostRules } from './http/host.ts'
import { listen, listenOnSocket } from './http/listen.ts'
import { mount } from './http/mount.ts'
import { createOpaWasmJudge } from './judge/opa-wasm.ts'
import type { SelfCommand } from './mcp/backends/backends-options.ts'
import { createMcpFront } from './mcp/front/front.ts'
import { createApprovals, createEscalations } from './postgres/motion/escalations.ts'
import { ensureDemo, ensureTenant } from './postgres/registry/defaults.ts'
import { createKeyPrints } from './postgres/registry/key-prints.ts'
import { createTransports } from './postgres/registry/transports.ts'
import { openSnapshot } from './postgres/snapshot.ts'
import { routes } from './routes.ts'

export interface StartOptions {
  readonly log: Log
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
 * The composition root: opens everything, in the order in which it depends on each other, and undoes it the other way round. Throws a `Failure` whose
 * message says what to do; then nothing is left open.
 */
export async function start(config: Config, options: StartOptions): Promise<Running> {
  const closing: (() => Promise<unknown>)[] = []
  const stop = async () => {
    for (const close of closing.splice(0).reverse()) await close()
  }
  try {
    return { url: await open(config, options, close => closing.push(close)), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function open(config: Config, options: StartOptions, onStop: (close: () => Promise<unknown>) => void): Promise<string> {
  const { log } = options
  prepareDataDir(config.dataDir)
  const database = await readyDatabase(config, log)
  onStop(database.close)
  const { postgres } = database
  const identity = await openIdentity(config, clock)
  await agreeOnKeys(createKeyPrints(postgres), identity, log)
  const transports = createTransports(identity.vault, ({ tenantId, id }, error) =>
    log('warn', 'server_sealed', { tenant_id: tenantId, server: id, error }),
  )
  await ensureTenant(postgres)
  if (config.env === 'development') await ensureDemo(postgres, transports, ids.next(), demoServer(config.dataDir))

  const { journal, projector, close: closeJournal } = await openJournal(database, { clock, ids }, log)
  onStop(closeJournal)

  const base = await loadBasePolicies()
  let dataPlane: AssembledDataPlane | undefined
  const snapshots = await openSnapshot(postgres, {
    clock,
    judge: await createOpaWasmJudge(base.wasm, base.policies, base.revision, (policy, error) =>
      log('error', 'policy_error', { policy, error }),
    ),
    transports,
    killSwitches: config.killSwitch ? [{ scope: 'global', reason: 'BEHAVRY_KILL_SWITCH is set' }] : [],
    onSwap: snapshot => {
      log('debug', 'snapshot', { seq: snapshot.seq })
      dataPlane?.backends.keep(snapshot.servers)
    },
    onFault: error => log('warn', 'snapshot_unconfirmed', { error }),
  })
  onStop(snapshots.close)

  const approvals = { escalations: createEscalations(postgres), journal, clock, ids }
  const parts = { config, clock, ids, log, self: options.self, snapshots, journal, identity }
  dataPlane = assembleDataPlane({ ...parts, approvals: createApprovals(postgres) })
  const { gateway, backends, refusals } = dataPlane
  onStop(backends.close)
  const jobs = [
    every(expireEveryMs, 'expire_escalations', () => expire(approvals), log),
    every(refusalsEveryMs, 'flush_refusals', async () => refusals.flush(), log),
  ]
  const record = (event_type: 'appliance.started' | 'appliance.stopped') =>
    journal.append({ actor: 'system', event_type, extra: { version: config.releaseVersion }, tenant_id: defaultTenantId })
  await record('appliance.started')
  onStop(async () => {
    await Promise.all(jobs.map(job => job.stop()))
    refusals.flush()
    await record('appliance.stopped').catch(error => log('warn', 'stop_unrecorded', { error }))
  })

  const world = assembleControlPlane({ config, postgres, transports, snapshots, projector, approvals, identity, backends })
  const onFault = (error: unknown, errorId: string) => log('error', 'internal', { error_id: errorId, error })
  const admin = openAdminSocket(config.dataDir, path => listenOnSocket(path, mount(routes, world, 'admin-socket', onFault), onFault))
  onStop(() => admin.stop(drainMs))
  const strangers = createRateLimiter(config.rateLimitPublic, clock.monotonic)
  const network = listen({
    hostname: config.listen.host,
    port: config.listen.port,
    maxBodyBytes: config.maxBodyBytes,
    host: createHostRules(config.publicUrl),
    app: mount(routes, world, 'network', onFault),
    limitPublic: strangers.take,
    mcp: createMcpFront({ gateway, backends, maxBodyBytes: config.maxBodyBytes, limitStranger: strangers.take, onFault }),
    onFault,
  })
  onStop(() => network.stop(drainMs))
  return network.url
}
