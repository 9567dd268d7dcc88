import { createRateLimiter, type Rate } from '../../server/data-plane/limit.ts'
import { createRefusals } from '../../server/data-plane/refusals.ts'
import { createSessionWindow } from '../../server/data-plane/session-window.ts'
import type { DataPlane } from '../../server/data-plane/world.ts'
import type { Agent } from '../../server/domain/agent.ts'
import type { Standing } from '../../server/domain/approval.ts'
import type { EntryDraft } from '../../server/domain/entry.ts'
import { Failure } from '../../server/domain/failure.ts'
import type { ToolRequest } from '../../server/domain/gateway.ts'
import type { Effect, Recorded } from '../../server/domain/journal.ts'
import type { JsonObject } from '../../server/domain/json.ts'
import type { Judge } from '../../server/domain/policy.ts'
import type { BackendAnswer, McpServer, ServerProfile } from '../../server/domain/server.ts'
import type { Claims } from '../../server/domain/session.ts'
import { defaultTenantId, type Snapshot, serverKey } from '../../server/domain/snapshot.ts'
import type { Opinion } from '../../server/domain/verdict.ts'
import { redact } from '../../server/scanners/redact.ts'
import { scanners } from '../../server/scanners/scanners.ts'

export const agent: Agent = {
  id: '0199d3c0-5b1e-7c2d-8f00-0000000000a1',
  tenantId: defaultTenantId,
  name: 'reader',
  agentType: 'test',
  roles: ['default'],
  permissions: ['notes:read'],
  tags: [],
  status: 'active',
  riskTier: 'low',
  riskScore: 0,
  epoch: 3,
}

export const claims: Claims = {
  agentId: agent.id,
  tenantId: defaultTenantId,
  sessionId: '0199d3c0-5b1e-7c2d-8f00-0000000000b1',
  agentEpoch: 3,
  issuedAt: 1_790_000_000,
  expiresAt: 1_790_003_600,
}

export const server: McpServer = {
  id: 'notes',
  tenantId: defaultTenantId,
  name: 'Notes',
  transport: { kind: 'http', url: 'http://127.0.0.1:1/mcp', headers: {} },
  enabled: true,
  timeoutMs: 5_000,
  revision: 7,
}

const profile: ServerProfile = {
  capabilities: { tools: {} },
  serverInfo: { name: 'notes', version: '1' },
  tools: ['read_note', 'write_note', 'delete_note', 'send_mail'].map(name => ({ name })),
  pins: new Map(['read_note', 'write_note', 'delete_note', 'send_mail'].map(name => [name, `pin-${name}`])),
}

export const allow: Opinion = { source: 'base.test', decision: 'allow', reasonCode: 'policy_allow', reason: 'Fine.' }
export const deny: Opinion = { source: 'base.test', decision: 'deny', reasonCode: 'policy_deny', reason: 'Not here.' }
export const escalate: Opinion = { source: 'base.test', decision: 'escalate', reasonCode: 'policy_escalate', reason: 'Ask a person.' }

export function judgeThat(...opinions: readonly Opinion[]): Judge {
  return { engine: 'fake/1', revision: `r-${opinions.map(({ decision }) => decision).join('-')}`, judge: () => opinions }
}

export function snapshotOf(more: Partial<Snapshot> = {}): Snapshot {
  return {
    seq: 1,
    tenants: new Map([[defaultTenantId, { id: defaultTenantId, slug: 'default', strictOutcome: false }]]),
    agents: new Map([[agent.id, agent]]),
    servers: new Map([[serverKey(defaultTenantId, 'notes'), server]]),
    killSwitches: [],
    revokedSessions: new Set(),
    judge: judgeThat(allow),
    ...more,
  }
}

/** What a case changes; everything else lets the call through. */
export interface Setting {
  readonly snapshot?: Snapshot
  /** In force once the decision is recorded; a failure: the database no longer confirms anything. */
  readonly afterRecord?: Snapshot | Failure
  readonly standing?: Standing
  readonly answer?: BackendAnswer
  readonly append?: (draft: EntryDraft, effect: Effect | undefined) => Promise<Recorded> | undefined
  readonly rate?: Rate
  readonly change?: Partial<DataPlane>
}

export interface Stage {
  readonly world: DataPlane
  /** Every record, appended and deferred, in the order in which they were given. */
  readonly records: EntryDraft[]
  readonly effects: Effect[]
  /** The params of every call that the backend got. */
  readonly forwarded: string[]
  /** Servers whose profile was asked for. */
  readonly profiled: string[]
  readonly time: { now: number; monotonic: number }
}

/** The data plane on object literals: nothing but what a case says stands between a call and the backend. */
export function stage(setting: Setting = {}): Stage {
  const records: EntryDraft[] = []
  const effects: Effect[] = []
  const forwarded: string[] = []
  const profiled: string[] = []
  const time = { now: 1_790_000_100_000, monotonic: 5_000 }
  const clock = { now: () => time.now, monotonic: () => time.monotonic }
  let snapshot: Snapshot | Failure = setting.snapshot ?? snapshotOf()
  let count = 0
  const nextId = () => `0199d3c0-5b1e-7c2d-8f00-${String(++count).padStart(12, '0')}`
  const journal: DataPlane['journal'] = {
    append: async (draft, effect) => {
      const special = await setting.append?.(draft, effect)
      records.push(special?.lost && effect?.otherwise ? effect.otherwise(special.lost.existing ?? '') : draft)
      if (effect) effects.push(effect)
      if (draft.event_type === 'tool_call.decision') snapshot = setting.afterRecord ?? snapshot
      return special ?? place(nextId())
    },
    defer: draft => void records.push(draft),
    available: () => true,
  }
  const world: DataPlane = {
    clock,
    ids: { next: nextId },
    snapshots: {
      current: () => {
        if (snapshot instanceof Failure) throw snapshot
        return snapshot
      },
      ageMs: () => 0,
    },
    verifier: {
      verify: token => {
        if (token !== 'good') throw new Failure('token_invalid')
        return claims
      },
    },
    journal,
    approvals: { standing: async () => setting.standing ?? { kind: 'none' } },
    backends: {
      profile: one => {
        profiled.push(one.id)
        return profile
      },
      callTool: async (_, params) => {
        forwarded.push(params)
        return setting.answer ?? resultOf({ content: [{ type: 'text', text: 'done' }] })
      },
    },
    scanners,
    redact,
    inputHash: (_, args) => Bun.hash(JSON.stringify(args)).toString(16),
    limiter: createRateLimiter(setting.rate ?? { count: 1_000, windowMs: 60_000 }, clock.monotonic),
    sessions: createSessionWindow(),
    refusals: createRefusals(journal, clock),
    onOwnTime: () => {},
    ...setting.change,
  }
  return { world, records, effects, forwarded, profiled, time }
}

export function place(id: string, lost?: Recorded['lost']): Recorded {
  return { id, streamId: 's', seq: 1, hash: 'h', ...(lost && { lost }) }
}

export function resultOf(result: JsonObject): BackendAnswer {
  return { kind: 'result', result, text: JSON.stringify(result) }
}

export function request(tool = 'read_note', args: JsonObject = { note: 'welcome' }, more: Partial<ToolRequest> = {}): ToolRequest {
  return {
    token: 'good',
    serverId: 'notes',
    address: '192.0.2.1',
    method: 'tools/call',
    tool,
    arguments: args,
    argumentsText: JSON.stringify(args),
    meta: undefined,
    signal: new AbortController().signal,
    ...more,
  }
}
