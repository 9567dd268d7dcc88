import type { Agent } from './agent.ts'
import type { KillSwitch } from './kill-switch.ts'
import type { Judge } from './policy.ts'
import type { McpServer } from './server.ts'

export interface Tenant {
  readonly id: string
  readonly slug: string
  /** The outcome of a call is durable before its answer is released, whatever was found in it. */
  readonly strictOutcome: boolean
}

/** The tenant of a standalone appliance; also the journal's place for requests that belong to nobody. */
export const defaultTenantId = '00000000-0000-7000-8000-000000000001'

/**
 * Everything the data plane judges by, immutable: built aside from the database and swapped in by one pointer. It lists
 * revocations, never live sessions, so that a token issued a moment ago elsewhere works.
 */
export interface Snapshot {
  /** `change_seq` it was read at. */
  readonly seq: number
  readonly tenants: ReadonlyMap<string, Tenant>
  /** By agent id. */
  readonly agents: ReadonlyMap<string, Agent>
  /** By `<tenant id>/<server id>`. */
  readonly servers: ReadonlyMap<string, McpServer>
  readonly killSwitches: readonly KillSwitch[]
  /** Session ids (`jti`) that no longer sign in, until their tokens would have expired anyway. */
  readonly revokedSessions: ReadonlySet<string>
  readonly judge: Judge
}

export interface SnapshotSource {
  /** The snapshot in force. Throws `snapshot_stale` when the database has not confirmed it for 2 s. */
  readonly current: () => Snapshot
  /** Milliseconds since the database last confirmed it. */
  readonly ageMs: () => number
}

/** Key of `Snapshot.servers`. */
export function serverKey(tenantId: string, serverId: string): string {
  return `${tenantId}/${serverId}`
}
