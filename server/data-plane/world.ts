import type { Approvals } from '../domain/approval.ts'
import type { ToolCall } from '../domain/call.ts'
import type { Clock, Ids } from '../domain/clock.ts'
import type { Journal } from '../domain/journal.ts'
import type { JsonObject } from '../domain/json.ts'
import type { Redactor, Scanner } from '../domain/scanner.ts'
import type { Backends } from '../domain/server.ts'
import type { TokenVerifier } from '../domain/session.ts'
import type { SnapshotSource } from '../domain/snapshot.ts'
import type { RateLimiter } from './limit.ts'
import type { Refusals } from './refusals.ts'
import type { SessionWindow } from './session-window.ts'

/** Everything the data plane stands on: ports and its own bounded windows. */
export interface DataPlane {
  readonly clock: Clock
  readonly ids: Ids
  readonly snapshots: SnapshotSource
  readonly verifier: TokenVerifier
  readonly journal: Journal
  readonly approvals: Approvals
  readonly backends: Backends
  readonly scanners: readonly Scanner[]
  readonly redact: Redactor
  /** The tenant's keyed digest of arguments: HMAC-SHA256 over their canonical form, 64 hex digits. */
  readonly inputHash: (tenantId: string, args: JsonObject) => string
  readonly limiter: RateLimiter
  readonly sessions: SessionWindow
  readonly refusals: Refusals
  /** Told of each forwarded call how long we ourselves took, the backend excluded. */
  readonly onOwnTime: (ms: number, call: ToolCall) => void
}
