import { callDigest } from './call-digest.ts'
import type { Consulted, Judged } from './stages.ts'
import type { DataPlane } from './world.ts'

/** For a call that needs a human: what humans have said of this exact call so far. Others pass without a look-up. */
export async function consult(judged: Judged, world: DataPlane): Promise<Consulted> {
  if (judged.verdict.decision !== 'escalate') return { ...judged, callDigest: undefined, standing: { kind: 'none' } }
  const digest = callDigest({
    v: 1,
    method: 'tools/call',
    tenant: judged.tenant.id,
    agent: judged.agent.id,
    requester: null,
    delegation: null,
    server_id: judged.server.id,
    server_revision: judged.server.revision,
    tool: judged.call.tool,
    tool_pin: judged.toolPin,
    arguments: judged.inputHash,
    meta: metaHash(judged, world),
  })
  return { ...judged, callDigest: digest, standing: await world.approvals.standing(judged.tenant.id, digest) }
}

/** Members of `_meta` that differ from one request to the next without making it another call (MCP basic, "_meta"; W3C Trace Context). */
const passing: ReadonlySet<string> = new Set(['progressToken', 'traceparent', 'tracestate', 'baggage'])

function metaHash({ request, tenant }: Judged, world: DataPlane): string | null {
  const lasting = Object.entries(request.meta?.value ?? {}).filter(([name]) => !passing.has(name))
  return lasting.length === 0 ? null : world.inputHash(tenant.id, Object.fromEntries(lasting))
}
