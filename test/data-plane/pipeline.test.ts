import { describe, expect, test } from 'bun:test'
import { pipeline } from '../../server/data-plane/pipeline.ts'
import type { Standing } from '../../server/domain/approval.ts'
import { Failure } from '../../server/domain/failure.ts'
import type { ToolRequest } from '../../server/domain/gateway.ts'
import type { JsonObject } from '../../server/domain/json.ts'
import type { KillSwitch } from '../../server/domain/kill-switch.ts'
import { defaultTenantId, serverKey } from '../../server/domain/snapshot.ts'
import type { Opinion } from '../../server/domain/verdict.ts'
import { agent, allow, deny, escalate, judgeThat, place, request, type Setting, server, snapshotOf, stage } from './stage.ts'

const githubToken = `${'ghp'}_Q7rT2mZ9vK4sX1pL8nB5cW3yH6dF0gJqEaUi`
const killed = (one: Omit<KillSwitch, 'reason'>) => ({ snapshot: snapshotOf({ killSwitches: [{ ...one, reason: 'drill' }] }) })
const judged = (...opinions: readonly Opinion[]) => ({ snapshot: snapshotOf({ judge: judgeThat(...opinions) }) })
const restricted = (profile?: string) =>
  judged({
    source: 'base.test',
    decision: 'restrict',
    reasonCode: 'policy_restrict',
    reason: 'Reduced.',
    ...(profile !== undefined && { profile }),
  })

test('an allowed call: decided, recorded, forwarded as it came, outcome recorded', async () => {
  const { world, records, forwarded } = stage()
  const meta = { value: { progressToken: 1 }, text: '{ "progressToken" : 1 }' }
  const answer = await pipeline(request('read_note', { note: 'a' }, { argumentsText: '{ "note" : "a" }', meta }), world)
  expect(answer).toEqual({ kind: 'result', text: '{"content":[{"type":"text","text":"done"}]}' })
  expect(forwarded).toEqual(['{"name":"read_note","arguments":{ "note" : "a" },"_meta":{ "progressToken" : 1 }}'])
  const [decision, outcome] = records
  expect(records).toHaveLength(2)
  expect(decision).toMatchObject({
    event_type: 'tool_call.decision',
    policy_result: 'allow',
    policy_id: 'base.test',
    tool_name: 'read_note',
    mcp_server: 'notes',
  })
  expect(outcome).toMatchObject({ event_type: 'tool_call.outcome', outcome: 'succeeded', request_id: decision?.request_id })
  expect(JSON.stringify(records)).not.toContain('good')
})

describe('a call that is denied is recorded as denied and goes nowhere', () => {
  const call = request()
  const cases: readonly (readonly [string, string, Setting, ToolRequest?])[] = [
    ['global kill switch', 'kill_switch', killed({ scope: 'global' })],
    ['tenant kill switch', 'kill_switch', killed({ scope: 'tenant', tenantId: defaultTenantId })],
    ['agent kill switch', 'kill_switch', killed({ scope: 'agent', tenantId: defaultTenantId, target: agent.id })],
    ['server kill switch', 'kill_switch', killed({ scope: 'server', tenantId: defaultTenantId, target: 'notes' })],
    ['tool kill switch', 'kill_switch', killed({ scope: 'tool', tenantId: defaultTenantId, target: 'notes/read_note' })],
    ['policy', 'policy_deny', judged(deny)],
    ['policy that erred', 'policy_error', judged(allow, { ...deny, reasonCode: 'policy_error' })],
    ['no policy has an opinion', 'no_policy_allows', judged()],
    ['allow and deny', 'policy_deny', judged(allow, deny)],
    ['escalate and deny', 'policy_deny', judged(escalate, deny)],
    ['unknown restriction profile', 'restriction_profile_unknown', restricted('sandbox')],
    ['no restriction profile', 'restriction_profile_unknown', restricted()],
    ['a profile that is a word of the language', 'restriction_profile_unknown', restricted('constructor')],
    ['read-only profile, a write', 'restricted', restricted('read_only'), request('write_note')],
    ['DLP critical in the arguments', 'dlp_blocked', {}, request('write_note', { note: 'x', text: githubToken })],
    ['DLP critical in an argument name', 'dlp_blocked', {}, request('write_note', { [githubToken]: 'x' })],
    [
      'DLP critical in _meta',
      'dlp_blocked',
      {},
      request('read_note', {}, { meta: { value: { k: githubToken }, text: JSON.stringify({ k: githubToken }) } }),
    ],
    ['shallow delete', 'shallow_delete', {}, request('delete_note', { path: '/srv' })],
    [
      'a person denied it',
      'approval_denied',
      { ...judged(escalate), standing: { kind: 'refused', escalationId: 'e1', status: 'denied' } satisfies Standing },
    ],
  ]
  test.each(cases)('%s', async (_, reasonCode, setting, asked = call) => {
    const { world, records, forwarded } = stage(setting)
    const answer = await pipeline(asked, world)
    expect(answer).toMatchObject({ kind: 'refused', refusal: { result: 'deny', reasonCode } })
    expect(forwarded).toEqual([])
    expect(records).toHaveLength(1)
    expect(records[0]).toMatchObject({ event_type: 'tool_call.decision', policy_result: 'deny' })
    expect(JSON.stringify([answer, records])).not.toContain(githubToken)
  })

  test('every opinion is in the record, not only the winner', async () => {
    const { world, records } = stage(judged(allow, escalate, deny))
    await pipeline(call, world)
    expect(records[0]?.reasons?.map(({ decision }) => decision)).toEqual(['allow', 'escalate', 'deny'])
  })

  test('a switch of another tenant, agent, server or tool does not cover the call', async () => {
    const others: readonly KillSwitch[] = [
      { scope: 'tenant', tenantId: 'other', reason: 'x' },
      { scope: 'agent', tenantId: defaultTenantId, target: 'other', reason: 'x' },
      { scope: 'agent', tenantId: 'other', target: agent.id, reason: 'x' },
      { scope: 'server', tenantId: defaultTenantId, target: 'note', reason: 'x' },
      { scope: 'tool', tenantId: defaultTenantId, target: 'read_note', reason: 'x' },
    ]
    const { world, forwarded } = stage({ snapshot: snapshotOf({ killSwitches: others }) })
    expect((await pipeline(call, world)).kind).toBe('result')
    expect(forwarded).toHaveLength(1)
  })

  test('a killed server is not even asked for its tools', async () => {
    const { world, profiled } = stage(killed({ scope: 'server', tenantId: defaultTenantId, target: 'notes' }))
    await pipeline(call, world)
    expect(profiled).toEqual([])
  })
})

describe('a call that is turned away before it is judged throws a coded failure and leaves no decision', () => {
  const elsewhere = { ...agent, tenantId: 'other' }
  const cases: readonly (readonly [string, string, Setting, ToolRequest?])[] = [
    ['no token', 'token_missing', {}, request('read_note', {}, { token: undefined })],
    ['a foreign token', 'token_invalid', {}, request('read_note', {}, { token: 'forged' })],
    ['unknown agent', 'agent_unknown', { snapshot: snapshotOf({ agents: new Map() }) }],
    ['agent of another tenant', 'agent_unknown', { snapshot: snapshotOf({ agents: new Map([[agent.id, elsewhere]]) }) }],
    ['tenant gone', 'agent_unknown', { snapshot: snapshotOf({ tenants: new Map() }) }],
    ['revoked session', 'token_revoked', { snapshot: snapshotOf({ revokedSessions: new Set(['0199d3c0-5b1e-7c2d-8f00-0000000000b1']) }) }],
    ['older epoch', 'token_revoked', { snapshot: snapshotOf({ agents: new Map([[agent.id, { ...agent, epoch: 4 }]]) }) }],
    ['suspended agent', 'agent_suspended', { snapshot: snapshotOf({ agents: new Map([[agent.id, { ...agent, status: 'suspended' }]]) }) }],
    ['revoked agent', 'agent_revoked', { snapshot: snapshotOf({ agents: new Map([[agent.id, { ...agent, status: 'revoked' }]]) }) }],
    ['unknown server', 'server_unknown', {}, request('read_note', {}, { serverId: 'nothing' })],
    [
      'disabled server',
      'server_unknown',
      { snapshot: snapshotOf({ servers: new Map([[serverKey(defaultTenantId, 'notes'), { ...server, enabled: false }]]) }) },
    ],
    ['server of another tenant', 'server_unknown', { snapshot: snapshotOf({ servers: new Map([['other/notes', server]]) }) }],
    ['unknown tool', 'tool_unknown', {}, request('read_notes')],
    ['a tool that is a word of the language', 'tool_unknown', {}, request('constructor')],
    ['rate', 'rate_limited', { rate: { count: 0, windowMs: 60_000 } }],
    [
      'stale snapshot',
      'snapshot_stale',
      {
        change: {
          snapshots: {
            current: () => {
              throw new Failure('snapshot_stale')
            },
            ageMs: () => 9_999,
          },
        },
      },
    ],
    ['journal down', 'journal_unavailable', { append: () => Promise.reject(new Failure('journal_unavailable')) }],
    ['record rejected', 'record_rejected', { append: () => Promise.reject(new Failure('record_rejected')) }],
    [
      'a scanner that throws',
      'bug',
      {
        change: {
          scanners: [
            {
              name: 'broken',
              version: '1',
              scan: () => {
                throw new Error('bug')
              },
            },
          ],
        },
      },
    ],
    ['more than 1000 resources', 'invalid_params', {}, request('read_note', { paths: Array.from({ length: 1_001 }, (_, i) => `/a/${i}`) })],
  ]
  test.each(cases)('%s', async (_, code, setting, asked = request()) => {
    const { world, records, forwarded } = stage(setting)
    const error = await pipeline(asked, world).then(
      () => undefined,
      thrown => thrown,
    )
    expect(error instanceof Failure ? error.code : error?.message).toBe(code)
    expect(forwarded).toEqual([])
    expect(records).toEqual([])
  })
})

describe('what changes between record and forward', () => {
  const cases: readonly (readonly [string, string, Setting['afterRecord']])[] = [
    ['snapshot goes stale', 'snapshot_stale', new Failure('snapshot_stale')],
    ['policy denies now', 'policy_changed', snapshotOf({ judge: judgeThat(deny) })],
    ['policy asks a person now', 'policy_changed', snapshotOf({ judge: judgeThat(escalate) })],
    ['kill switch', 'kill_switch', snapshotOf({ killSwitches: [{ scope: 'global', reason: 'now' }] })],
    ['session revoked', 'token_revoked', snapshotOf({ revokedSessions: new Set(['0199d3c0-5b1e-7c2d-8f00-0000000000b1']) })],
    ['agent suspended', 'agent_suspended', snapshotOf({ agents: new Map([[agent.id, { ...agent, status: 'suspended' }]]) })],
    [
      'server redefined',
      'server_changed',
      snapshotOf({ servers: new Map([[serverKey(defaultTenantId, 'notes'), { ...server, revision: 8 }]]) }),
    ],
    ['server removed', 'server_changed', snapshotOf({ servers: new Map() })],
    [
      'server disabled',
      'server_changed',
      snapshotOf({ servers: new Map([[serverKey(defaultTenantId, 'notes'), { ...server, enabled: false }]]) }),
    ],
  ]
  test.each(cases)('%s: refused, and the outcome says not_sent', async (_, reasonCode, afterRecord) => {
    const { world, records, forwarded } = stage({ ...(afterRecord && { afterRecord }) })
    expect(await pipeline(request(), world)).toMatchObject({ kind: 'refused', refusal: { result: 'deny', reasonCode } })
    expect(forwarded).toEqual([])
    expect(records).toHaveLength(2)
    expect(records[0]).toMatchObject({ policy_result: 'allow' })
    expect(records[1]).toMatchObject({ event_type: 'tool_call.outcome', outcome: 'not_sent', extra: { reason_code: reasonCode } })
  })

  test('an agent that lost its permission is judged again, by the same policies', async () => {
    const byPermission = {
      engine: 'fake/1',
      revision: 'r1',
      judge: (input: { readonly agent: { readonly permissions: readonly string[] } }) =>
        input.agent.permissions.length > 0 ? [allow] : [deny],
    }
    const before = snapshotOf({ judge: byPermission })
    const after = snapshotOf({ judge: byPermission, agents: new Map([[agent.id, { ...agent, permissions: [] }]]) })
    const { world, forwarded } = stage({ snapshot: before, afterRecord: after })
    expect(await pipeline(request(), world)).toMatchObject({ kind: 'refused', refusal: { reasonCode: 'policy_changed' } })
    expect(forwarded).toEqual([])
  })

  test('another snapshot that says the same lets the call pass', async () => {
    const { world, forwarded, records } = stage({ afterRecord: snapshotOf({ seq: 2, judge: judgeThat(allow) }) })
    expect((await pipeline(request(), world)).kind).toBe('result')
    expect(forwarded).toHaveLength(1)
    expect(records[1]).toMatchObject({ outcome: 'succeeded' })
  })
})

describe('approvals', () => {
  const held = judged(escalate)
  const granted: Standing = {
    kind: 'granted',
    grant: { id: 'g1', tenantId: defaultTenantId, escalationId: 'e1', callDigest: 'd', expiresAt: '2030-01-01T00:00:00.000Z' },
  }

  test('a held call opens an escalation in the very commit of its record', async () => {
    const { world, records, effects, forwarded } = stage(held)
    const answer = await pipeline(request(), world)
    expect(effects).toHaveLength(1)
    expect(effects[0]).toMatchObject({ kind: 'open_escalation', escalation: { agentId: agent.id, tool: 'read_note', status: 'pending' } })
    expect(records).toHaveLength(1)
    expect(records[0]).toMatchObject({ policy_result: 'escalate' })
    expect(answer).toMatchObject({
      kind: 'refused',
      refusal: { result: 'escalate', reasonCode: 'approval_pending', retryAfterSeconds: 10 },
    })
    expect(records[0]?.escalation_id).toBe(answer.kind === 'refused' ? answer.refusal.escalationId : '')
    expect(forwarded).toEqual([])
  })

  test('a repeated held call meets the same escalation and opens none', async () => {
    const standing: Standing = { kind: 'pending', escalationId: 'e1', expiresAt: '2030-01-01T00:00:00.000Z' }
    const { world, effects, forwarded } = stage({ ...held, standing })
    expect(await pipeline(request(), world)).toMatchObject({ refusal: { reasonCode: 'approval_pending', escalationId: 'e1' } })
    expect(effects).toEqual([])
    expect(forwarded).toEqual([])
  })

  test('two processes hold the same call at once: both name the first escalation', async () => {
    const { world, records } = stage({ ...held, append: async () => place('p', { existing: 'e-first' }) })
    expect(await pipeline(request(), world)).toMatchObject({ refusal: { reasonCode: 'approval_pending', escalationId: 'e-first' } })
    expect(records[0]).toMatchObject({ escalation_id: 'e-first' })
  })

  test('a grant is spent in the very commit of the record, and the call passes', async () => {
    const { world, records, effects, forwarded } = stage({ ...held, standing: granted })
    expect((await pipeline(request(), world)).kind).toBe('result')
    expect(effects).toMatchObject([{ kind: 'spend_grant', grantId: 'g1' }])
    expect(records[0]).toMatchObject({ policy_result: 'allow', grant_id: 'g1' })
    expect(forwarded).toHaveLength(1)
  })

  test('a grant that another call spent first: denied, recorded as denied, not forwarded', async () => {
    const { world, records, forwarded } = stage({ ...held, standing: granted, append: async () => place('p', {}) })
    expect(await pipeline(request(), world)).toMatchObject({ refusal: { result: 'deny', reasonCode: 'approval_spent' } })
    expect(records).toHaveLength(1)
    expect(records[0]).toMatchObject({ policy_result: 'deny' })
    expect(records[0]).not.toHaveProperty('grant_id')
    expect(forwarded).toEqual([])
  })

  test('a grant does not help against a policy that denies', async () => {
    const { world, effects, forwarded } = stage({ ...judged(escalate, deny), standing: granted })
    expect(await pipeline(request(), world)).toMatchObject({ refusal: { reasonCode: 'policy_deny' } })
    expect(effects).toEqual([])
    expect(forwarded).toEqual([])
  })

  test('a granted call is still refused when the policy came to deny it', async () => {
    const { world, forwarded } = stage({ ...held, standing: granted, afterRecord: snapshotOf({ judge: judgeThat(deny) }) })
    expect(await pipeline(request(), world)).toMatchObject({ refusal: { reasonCode: 'policy_changed' } })
    expect(forwarded).toEqual([])
  })

  test('every part of the call is bound by its digest', async () => {
    const digestOf = async (setting: Setting, asked = request()) => {
      const seen: string[] = []
      const approvals = {
        standing: async (_: string, digest: string): Promise<Standing> => {
          seen.push(digest)
          return { kind: 'none' }
        },
      }
      await pipeline(asked, stage({ ...held, ...setting, change: { approvals } }).world)
      return seen[0]
    }
    const withMeta = (value: JsonObject) => request(undefined, undefined, { meta: { value, text: JSON.stringify(value) } })
    const base = { judge: judgeThat(escalate) }
    const digests = await Promise.all([
      digestOf({}),
      digestOf({}, request('read_note', { note: 'other' })),
      digestOf({}, request('send_mail')),
      digestOf({}, withMeta({ mode: 'dry' })),
      digestOf({}, withMeta({ mode: 'wet' })),
      digestOf({
        snapshot: snapshotOf({ ...base, servers: new Map([[serverKey(defaultTenantId, 'notes'), { ...server, revision: 8 }]]) }),
      }),
    ])
    expect(new Set(digests).size).toBe(digests.length)
    expect(digests[0]).toBe(await digestOf({}))
    // What differs from one request to the next does not make it another call.
    expect(digests[0]).toBe(await digestOf({}, withMeta({ progressToken: 7, traceparent: '00-a-b-01' })))
  })
})
