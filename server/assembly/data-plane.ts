import type { Config } from '../config/config.ts'
import { createGateway } from '../data-plane/gateway.ts'
import { createRateLimiter } from '../data-plane/limit.ts'
import { createRefusals, type Refusals } from '../data-plane/refusals.ts'
import { createSessionWindow } from '../data-plane/session-window.ts'
import type { Approvals } from '../domain/approval.ts'
import type { Clock, Ids } from '../domain/clock.ts'
import type { Gateway } from '../domain/gateway.ts'
import type { Journal } from '../domain/journal.ts'
import type { Log } from '../domain/log.ts'
import type { SnapshotSource } from '../domain/snapshot.ts'
import { type ClosableBackends, createBackends } from '../mcp/backends/backends.ts'
import type { SelfCommand } from '../mcp/backends/backends-options.ts'
import { redact } from '../scanners/redact.ts'
import { scanners } from '../scanners/scanners.ts'
import type { Identity } from './identity.ts'

export interface DataPlaneParts {
  readonly config: Config
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  readonly self: SelfCommand
  readonly snapshots: SnapshotSource
  readonly journal: Journal
  readonly approvals: Approvals
  readonly identity: Identity
}

export interface AssembledDataPlane {
  readonly gateway: Gateway
  readonly backends: ClosableBackends
  readonly refusals: Refusals
}

/** The fast path with everything it stands on. */
export function assembleDataPlane(parts: DataPlaneParts): AssembledDataPlane {
  const { config, clock, ids, log, snapshots, journal, approvals, identity } = parts
  const backends = createBackends({
    version: config.releaseVersion,
    clock,
    dataDir: config.dataDir,
    self: parts.self,
    production: config.env === 'production',
    allowedCidrs: allowedCidrs(config),
    log: line => log('info', 'backend_stderr', { ...line }),
    redactText,
    onWarning: detail => log('warn', 'backend', { detail }),
  })
  const refusals = createRefusals(journal, clock)
  const gateway = createGateway({
    clock,
    ids,
    snapshots,
    verifier: identity.tokens,
    journal,
    approvals,
    backends,
    scanners,
    redact,
    inputHash: identity.inputHash,
    limiter: createRateLimiter(config.rateLimitAgent, clock.monotonic),
    sessions: createSessionWindow(),
    refusals,
    onOwnTime: (ms, { requestId, serverId, tool }) => {
      if (ms > config.slowCallThresholdMs)
        log('warn', 'slow_call', { request_id: requestId, server: serverId, tool, own_ms: Math.round(ms) })
    },
  })
  return { gateway, backends, refusals }
}

/** A text without what the scanners find in it. */
function redactText(text: string): string {
  const findings = scanners.flatMap(scanner => scanner.scan(text))
  return String(redact(text, findings))
}

/** The private addresses that backends may have, as CIDR texts. */
export function allowedCidrs(config: Config): readonly string[] {
  return config.backendAllowCidrs.map(({ address, prefix }) => `${address}/${prefix}`)
}
