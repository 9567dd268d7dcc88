import { describe, expect, test } from 'bun:test'
import { Failure } from '../../../server/domain/failure.ts'
import type { Gateway, ToolAnswer } from '../../../server/domain/gateway.ts'
import { createMcpFront } from '../../../server/mcp/front/front.ts'

/** The front on object literals: what the gateway says, and what goes over the wire. */
function stage(answer: () => Promise<ToolAnswer>, change: Partial<Gateway> = {}) {
  const faults: [unknown, string][] = []
  const refusals: [string, string][] = []
  const gateway: Gateway = {
    knows: () => true,
    callTool: answer,
    admit: () => Promise.reject(new Failure('agent_suspended')),
    noteRefusal: (approach, code) => void refusals.push([approach.method, code]),
    ...change,
  }
  const backends = {
    profile: () => {
      throw new Error('not here')
    },
    callTool: () => Promise.reject(new Error('not here')),
  }
  const front = createMcpFront({
    gateway,
    backends,
    maxBodyBytes: 1_000,
    limitStranger: address => {
      if (address === 'flood') throw new Failure('rate_limited')
    },
    onFault: (error, id) => void faults.push([error, id]),
  })
  const ask = async (body: object, address = '192.0.2.1') => {
    const headers = { 'content-type': 'application/json', authorization: 'Bearer t' }
    const response = await front(
      new Request('http://localhost/mcp/v1/demo', { method: 'POST', headers, body: JSON.stringify(body) }),
      'demo',
      { address, bodyRead: () => undefined },
    )
    const text = await response.text()
    return {
      status: response.status,
      headers: response.headers,
      text,
      answer: text === '' ? undefined : (JSON.parse(text) as Record<string, unknown>),
    }
  }
  return { ask, faults, refusals }
}
const call = { jsonrpc: '2.0', id: 7, method: 'tools/call', params: { name: 'x' } }

test('a bug shows its id and nothing of itself; the log has the rest', async () => {
  const { ask, faults, refusals } = stage(() => Promise.reject(new Error('select hunter2')))
  const { status, text, answer } = await ask(call)
  expect([status, answer?.id]).toEqual([500, 7])
  expect(text).not.toContain('hunter2')
  expect(faults).toHaveLength(1)
  expect(text).toContain(faults[0]?.[1] ?? 'none')
  expect(refusals).toEqual([['tools/call', 'internal']])
})

test('a bug after the call was made reaches the log under the event’s id', async () => {
  const failure = new Failure('internal', undefined, { cause: new Error('bug') })
  const { ask, faults } = stage(async () => ({ kind: 'fault', failure, eventId: 'e1' }))
  const { answer } = await ask(call)
  expect(answer).toMatchObject({ id: 7, error: { code: -32603, data: { code: 'internal', event_id: 'e1' } } })
  expect(faults).toMatchObject([[{ message: 'bug' }, 'e1']])
})

test('a result passes as the text it was, under the caller’s id', async () => {
  const { ask, faults } = stage(async () => ({ kind: 'result', text: '{"n":12345678901234567890,"content":[]}' }))
  expect((await ask({ ...call, id: 'a"b\\' })).text).toBe(
    '{"jsonrpc":"2.0","id":"a\\"b\\\\","result":{"n":12345678901234567890,"content":[]}}',
  )
  expect(faults).toEqual([])
})

test('a refusal is a result that a model can read, with the decision for programs', async () => {
  const refusal = {
    result: 'escalate',
    reasonCode: 'approval_pending',
    reason: 'Ask.',
    policy: 'p',
    eventId: 'e',
    escalationId: 's',
    retryAfterSeconds: 10,
  } as const
  const { ask } = stage(async () => ({ kind: 'refused', refusal }))
  expect((await ask(call)).answer).toEqual({
    jsonrpc: '2.0',
    id: 7,
    result: {
      content: [{ type: 'text', text: 'Held for approval by behavry: Ask. (approval_pending, policy p, escalation s, event e)' }],
      isError: true,
      _meta: {
        'behavry/decision': {
          result: 'escalate',
          reason_code: 'approval_pending',
          reason: 'Ask.',
          policy: 'p',
          event_id: 'e',
          escalation_id: 's',
          retry_after: 10,
        },
      },
    },
  })
})

describe('what the gateway throws, as HTTP says it', () => {
  test.each([
    [new Failure('rate_limited', undefined, { details: { retry_after: 4 } }), 429, '4'],
    [new Failure('journal_unavailable'), 503, '1'],
    [new Failure('snapshot_stale'), 503, '1'],
    [new Failure('token_revoked'), 401, null],
  ])('%s', async (failure, status, wait) => {
    const given = await stage(() => Promise.reject(failure)).ask(call)
    expect([given.status, given.headers.get('retry-after'), given.answer?.id]).toEqual([status, wait, 7])
  })
})

test('a notification is answered with nothing, a stray response too; who may not come in is told so', async () => {
  const agent = { kind: 'x' } as never
  const { ask } = stage(async () => ({ kind: 'result', text: '{}' }), { admit: async () => ({ agent, server: agent }) })
  expect(await ask({ jsonrpc: '2.0', method: 'notifications/initialized' })).toMatchObject({ status: 202, text: '' })
  expect(await ask({ jsonrpc: '2.0', id: 1, result: {} })).toMatchObject({ status: 202, text: '' })
  expect((await stage(async () => ({ kind: 'result', text: '{}' })).ask({ jsonrpc: '2.0', method: 'notifications/x' })).status).toBe(403)
})

test('a flood of strangers is turned away before their bodies are read', async () => {
  const { ask, refusals } = stage(async () => ({ kind: 'result', text: '{}' }), { knows: () => false })
  expect((await ask(call, 'flood')).status).toBe(429)
  expect(refusals).toEqual([['', 'rate_limited']])
})
