import { describe, expect, test } from 'bun:test'
import { createAgent } from '../../server/control-plane/agents.ts'
import { listEvents } from '../../server/control-plane/audit.ts'
import { ready } from '../../server/control-plane/health.ts'
import { addServer, listServers, removeServer } from '../../server/control-plane/servers.ts'
import { issueToken, revokeToken } from '../../server/control-plane/tokens.ts'
import type { Agent, AgentStatus } from '../../server/domain/agent.ts'
import type { EntryDraft } from '../../server/domain/entry.ts'
import { Failure } from '../../server/domain/failure.ts'
import type { McpServer } from '../../server/domain/server.ts'
import type { Snapshot } from '../../server/domain/snapshot.ts'

const caller = { actor: 'local:ann', tenantId: 't1' }
const codeOf = (work: unknown) =>
  Promise.resolve(work).then(
    () => 'done',
    error => (error instanceof Failure ? error.code : String(error)),
  )

/** What was done, in the order in which it was done. */
function journalInto(done: string[], down = false) {
  const append = async (draft: EntryDraft) => {
    if (down) throw new Failure('journal_unavailable')
    done.push(draft.event_type)
    return { id: 'r', streamId: 's', seq: 1, hash: 'h' }
  }
  return { append, defer: () => {}, available: () => !down }
}

describe('tokens', () => {
  const world = (
    done: string[],
    { status = 'active', down = false, live = true }: { status?: AgentStatus; down?: boolean; live?: boolean } = {},
  ) => ({
    agents: {
      byName: async (_: string, name: string) =>
        name === 'demo'
          ? ({
              id: 'a1',
              tenantId: 't1',
              name,
              agentType: 'x',
              roles: [],
              permissions: [],
              tags: [],
              status,
              riskTier: 'low',
              riskScore: 0,
              epoch: 1,
            } as const)
          : undefined,
    },
    sessions: {
      open: async () => void done.push('session opened'),
      revoke: async () => {
        if (live) done.push('session revoked')
        return live
      },
    },
    signer: {
      sign: async () => {
        done.push('signed')
        return 'a.b.c'
      },
    },
    journal: journalInto(done, down),
    clock: { now: () => 0, monotonic: () => 0 },
    ids: { next: () => 's1' },
    tokenTtlMs: 3_600_000,
  })
  const issue = async (agent: string, done: string[], options = {}, ttl_seconds?: number) =>
    await issueToken.run(
      { body: { agent, ...(ttl_seconds !== undefined && { ttl_seconds }) }, query: {}, params: {} } as never,
      caller,
      world(done, options),
    )
  const revoke = async (done: string[], options = {}) =>
    await revokeToken.run({ params: { id: 's1' }, body: {}, query: {} } as never, caller, world(done, options))

  test('recorded, then opened, then signed', async () => {
    const done: string[] = []
    expect(await issue('demo', done, {}, 60)).toMatchObject({ access_token: 'a.b.c', expires_in: 60, session_id: 's1' })
    expect(done).toEqual(['token.issued', 'session opened', 'signed'])
  })

  test.each([
    ['nobody', {}, 'not_found'],
    ['demo', { status: 'suspended' }, 'agent_suspended'],
    ['demo', { status: 'revoked' }, 'agent_revoked'],
    ['demo', { down: true }, 'journal_unavailable'],
  ])('%s %j: none is issued', async (agent, options, code) => {
    const done: string[] = []
    expect(await codeOf(issue(agent, done, options))).toBe(code)
    expect(done).toEqual([])
  })

  test('taking one away does not wait for the journal', async () => {
    const done: string[] = []
    expect(await codeOf(revoke(done, { down: true }))).toBe('journal_unavailable')
    expect(done).toEqual(['session revoked'])
    expect(await codeOf(revoke([], { live: false }))).toBe('not_found')
  })
})

describe('agents', () => {
  const create = async (done: string[], name: string, known: readonly string[] = [], down = false) =>
    await createAgent.run({ body: { name, permissions: ['notes:read'] }, query: {}, params: {} } as never, caller, {
      agents: {
        byName: async (_, wanted) => (known.includes(wanted) ? ({ name: wanted } as Agent) : undefined),
        list: async () => [],
        add: async agent => void done.push(`added ${agent.name} ${agent.roles} ${agent.permissions} ${agent.status} ${agent.riskTier}`),
      },
      journal: journalInto(done, down),
      ids: { next: () => 'a9' },
    })

  test('recorded, then enrolled, with the default role and the mildest tier', async () => {
    const done: string[] = []
    expect(await create(done, 'ada')).toMatchObject({ id: 'a9', name: 'ada', permissions: ['notes:read'], status: 'active' })
    expect(done).toEqual(['agent.created', 'added ada default notes:read active low'])
  })

  test.each([
    ['taken', ['ada'], false, 'conflict'],
    ['unrecorded', [], true, 'journal_unavailable'],
  ] as const)('%s: none is enrolled', async (_, known, down, code) => {
    const done: string[] = []
    expect(await codeOf(create(done, 'ada', known, down))).toBe(code)
    expect(done).toEqual([])
  })
})

describe('servers', () => {
  const world = (done: string[], known: readonly McpServer[] = [], options: { readonly down?: boolean } = {}) => ({
    servers: {
      list: async () => known,
      add: async () => void done.push('added'),
      remove: async (_: string, id: string) => known.some(one => one.id === id),
    },
    journal: journalInto(done, options.down),
    checkBackendUrl: async (url: string) => {
      if (url.includes('169.254')) throw new Failure('backend_refused')
    },
    inputHash: () => 'h',
    probe: async ({ transport }: McpServer) => {
      if (transport.kind === 'stdio') throw new Failure('backend_unavailable', 'It ended.')
      return 14
    },
  })
  const http = (url: string) => ({ id: 'x', transport: 'http', url })
  const add = async (body: object, done: string[], known: readonly McpServer[] = [], options = {}) =>
    await addServer.run({ body, query: {}, params: {} } as never, caller, world(done, known, options))
  const stdio: McpServer = {
    id: 'x',
    tenantId: 't1',
    name: 'x',
    transport: { kind: 'stdio', command: 'node', args: ['a.mjs'], env: { API_KEY: 'hunter2' } },
    enabled: true,
    timeoutMs: 1,
    revision: 1,
  }

  test('checked, recorded, then added', async () => {
    const done: string[] = []
    expect(await add(http('http://127.0.0.1:1/'), done)).toMatchObject({ id: 'x', transport: 'http' })
    expect(done).toEqual(['server.added', 'added'])
  })

  test.each([
    ['a command for an http server', { ...http('http://127.0.0.1:1/'), command: 'node' }],
    ['no url', { id: 'x', transport: 'http' }],
    ['no command', { id: 'x', transport: 'stdio' }],
  ])('%s is no definition', async (_, body) => {
    const done: string[] = []
    expect(await codeOf(add(body, done))).toBe('validation_failed')
    expect(done).toEqual([])
  })

  test.each([
    ['an address that no backend may have', http('http://169.254.169.254/'), [], {}, 'backend_refused'],
    ['an id that is taken', http('http://127.0.0.1:1/'), [stdio], {}, 'conflict'],
    ['the journal is down', http('http://127.0.0.1:1/'), [], { down: true }, 'journal_unavailable'],
  ])('%s: nothing is added', async (_, body, known, options, code) => {
    const done: string[] = []
    expect(await codeOf(add(body, done, known as readonly McpServer[], options))).toBe(code)
    expect(done).toEqual([])
  })

  test('the values of an environment are not shown', async () => {
    const listed = JSON.stringify(await listServers.run({ body: {}, query: {}, params: {} } as never, caller, world([], [stdio])))
    expect(listed).toContain('API_KEY')
    expect(listed).not.toContain('hunter2')
  })

  test('removing what is not there records nothing', async () => {
    const done: string[] = []
    expect(
      await codeOf((async () => await removeServer.run({ params: { id: 'y' }, body: {}, query: {} } as never, caller, world(done)))()),
    ).toBe('server_unknown')
    expect(done).toEqual([])
  })
})

describe('the journal’s cursor', () => {
  const asked: unknown[] = []
  const events = {
    list: async (...args: readonly unknown[]) => {
      asked.push(args)
      return [{ id: '0199d3c0-5b1e-7c2d-8f00-0000000000a1', timestamp: '2026-01-01T00:00:00.000Z', event_type: 'x' }]
    },
    find: async () => undefined,
  }
  const list = async (query: object) =>
    (await listEvents.run({ query, body: {}, params: {} } as never, caller, { events })) as { readonly next_cursor: string }

  test('leads on from the last event', async () => {
    const { next_cursor } = await list({})
    await list({ after: next_cursor })
    expect(asked.at(-1)).toEqual(['t1', 50, { timestamp: '2026-01-01T00:00:00.000Z', id: '0199d3c0-5b1e-7c2d-8f00-0000000000a1' }])
  })

  test.each([
    '',
    'e30',
    'bnVsbA',
    Buffer.from('["now","x"]').toString('base64url'),
    Buffer.from(`["2026-01-01","' OR 1=1"]`).toString('base64url'),
  ])('%j is refused', async after => expect(await codeOf(list({ after }))).toBe('validation_failed'))
})

test.each([
  [{}, 'ready', 200],
  [{ ageMs: 1_001 }, 'unready', 503],
  [{ down: true }, 'unready', 503],
])('ready %j', async (state: { readonly ageMs?: number; readonly down?: boolean }, status, code) => {
  const snapshots = { current: (): Snapshot => ({}) as Snapshot, ageMs: () => state.ageMs ?? 0 }
  const journal = journalInto([], state.down)
  const answer = ready.run({ body: {}, query: {}, params: {} } as never, caller, { version: '1', journal, snapshots })
  expect(answer).toMatchObject({ status, components: { database: {}, journal: {} } })
  expect(typeof ready.status === 'object' && ready.status.of(answer)).toBe(code)
})
