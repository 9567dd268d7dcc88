import type { EntryDraft } from '../../server/domain/entry.ts'
import { defaultTenantId } from '../../server/domain/snapshot.ts'
import { openOwnJournal } from './own-journal.ts'
import { passOn } from './pass-on.ts'
import { serveUntilEnd } from './serve-until-end.ts'

/**
 * The journal floor: the thin proxy, plus one awaited append before the call and one deferred after it, through our own journal on a database of its
 * own, with the projector at work. Nothing else: what a gateway that records before it acts costs at least. `floor.ts <backend url> <data directory>`.
 */
const [backend = '', dataDir = ''] = process.argv.slice(2)
const { journal, close } = await openOwnJournal(dataDir)

/** As long as the records of a real call. */
const common = {
  tenant_id: defaultTenantId,
  agent_id: Bun.randomUUIDv7(),
  session_id: Bun.randomUUIDv7(),
  mcp_server: 'bench',
  tool_name: 'get_echo',
} as const

const decision = {
  ...common,
  event_type: 'tool_call.decision',
  action: 'read',
  input_hash: '0'.repeat(64),
  policy_id: 'base.permissions',
  policy_reason: 'The agent has the permission for this.',
  policy_result: 'allow',
  policy_revision: '0'.repeat(64),
  reasons: [
    { decision: 'allow', reason: 'The agent has the permission for this.', reason_code: 'policy_allow', source: 'base.permissions' },
  ],
  risk_tier: 'low',
  target: 'echo',
} as const satisfies EntryDraft

const outcome = {
  ...common,
  event_type: 'tool_call.outcome',
  latency_ms: 1.234,
  outcome: 'succeeded',
  upstream_ms: 0.123,
} as const satisfies EntryDraft

await serveUntilEnd(async request => {
  const text = await request.text()
  JSON.parse(text)
  const request_id = Bun.randomUUIDv7()
  const { id } = await journal.append({ ...decision, request_id })
  const response = await passOn(backend, text)
  journal.defer({ ...outcome, request_id, parent_event_id: id })
  return response
}, close)
