import type { Recorded } from './stages.ts'
import type { DataPlane } from './world.ts'

/** What every outcome record says of its call, however it ended. */
export function endOf(recorded: Recorded, world: DataPlane) {
  return {
    tenant_id: recorded.tenant.id,
    event_type: 'tool_call.outcome',
    agent_id: recorded.agent.id,
    latency_ms: milliseconds(world.clock.monotonic() - recorded.startedAt),
    mcp_server: recorded.server.id,
    parent_event_id: recorded.place.id,
    request_id: recorded.requestId,
    session_id: recorded.claims.sessionId,
    tool_name: recorded.call.tool,
  } as const
}

/** Rounded for the record: microseconds are as fine as these clocks are worth. */
export function milliseconds(value: number): number {
  return Math.round(value * 1_000) / 1_000
}
