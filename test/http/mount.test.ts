import { afterAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { t } from 'elysia'
import { operation } from '../../server/contract/operation.ts'
import type { Route } from '../../server/contract/route.ts'
import { Failure, failures } from '../../server/domain/failure.ts'
import { failureResponse } from '../../server/http/failures.ts'
import { createHostRules } from '../../server/http/host.ts'
import { listen, listenOnSocket } from '../../server/http/listen.ts'
import { mount } from '../../server/http/mount.ts'

const ran: string[] = []
const faults: unknown[] = []
const onFault = (error: unknown) => void faults.push(error)
const body = t.Object({ name: t.String({ maxLength: 5 }) }, { additionalProperties: false })
const params = t.Object({ id: t.String({ format: 'uuid' }) })
const noted =
  (what: string, answer: unknown = { ok: true }) =>
  () => {
    ran.push(what)
    return answer
  }

const routes: readonly Route<object>[] = [
  { method: 'GET', path: '/open', group: 'health', access: ['anyone'], operation: operation({ summary: '', run: noted('open') }) },
  {
    method: 'POST',
    path: '/thing',
    group: 'servers',
    access: ['admin', 'local'],
    operation: operation({ summary: '', body, status: 201, run: noted('thing') }),
  },
  {
    method: 'DELETE',
    path: '/thing/:id',
    group: 'servers',
    access: ['local'],
    operation: operation({ summary: '', params, run: noted('delete') }),
  },
  {
    method: 'GET',
    path: '/bug',
    group: 'health',
    access: ['anyone'],
    operation: operation({
      summary: '',
      run: () => {
        throw new Error('postgres://user:hunter2@db')
      },
    }),
  },
  {
    method: 'GET',
    path: '/who',
    group: 'health',
    access: ['anyone'],
    operation: operation({ summary: '', run: (_, caller) => ({ actor: caller.actor }) }),
  },
]

const folder = mkdtempSync(join(tmpdir(), 'behavry-http-'))
const network = listen({
  hostname: '127.0.0.1',
  port: 0,
  maxBodyBytes: 64 * 1024,
  host: createHostRules(undefined),
  app: mount(routes, {}, 'network', onFault),
  limitPublic: address => {
    if (address === '') throw new Failure('rate_limited')
  },
  mcp: async (_, serverId) => new Response(`mcp ${serverId}`),
  onFault,
})
const socket = join(folder, 'admin.sock')
const admin = listenOnSocket(socket, mount(routes, {}, 'admin-socket', onFault), onFault)
afterAll(async () => {
  await Promise.all([network.stop(10), admin.stop(10)])
  rmSync(folder, { recursive: true })
})

async function ask(path: string, init: RequestInit & { readonly unix?: string } = {}) {
  const response = await fetch(init.unix === undefined ? `${network.url}${path}` : `http://localhost${path}`, init)
  const text = await response.text()
  const answer = (text.startsWith('{') ? JSON.parse(text) : { text }) as {
    readonly error?: { readonly code: string; readonly error_id: string }
  }
  return { status: response.status, headers: response.headers, answer, text }
}
const json = (value: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
})

describe('every refusal is the error envelope, with the status of its code', () => {
  const cases: readonly (readonly [string, string, RequestInit, keyof typeof failures])[] = [
    ['unknown path', '/nothing', {}, 'not_found'],
    ['a server id that is none', '/mcp/v1/UPPER', {}, 'not_found'],
    ['no server id', '/mcp/v1/', {}, 'not_found'],
    ['an operator route', '/thing', json({ name: 'a' }), 'token_missing'],
    ['an operator route, wrong shape: strangers do not learn the shape', '/thing', json({ nope: 1 }), 'token_missing'],
    ['an operator route, no JSON at all', '/thing', { ...json(0), body: '{' }, 'token_missing'],
    ['an operator route, wrong parameter', '/thing/not-a-uuid', { method: 'DELETE' }, 'token_missing'],
    [
      'an operator route with a made-up user',
      '/thing',
      { ...json({ name: 'a' }), headers: { 'x-behavry-os-user': 'root', 'content-type': 'application/json' } },
      'token_missing',
    ],
    ['wrong method', '/open', { method: 'DELETE' }, 'method_not_allowed'],
    ['a bug', '/bug', {}, 'internal'],
  ]
  test.each(cases)('%s', async (_, path, init, code) => {
    const before = ran.length
    const { status, answer, headers, text } = await ask(path, init)
    expect([status, answer.error?.code]).toEqual([failures[code].http, code])
    expect(answer.error?.error_id).toMatch(/^[0-9a-f-]{36}$/)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(text).not.toContain('hunter2')
    expect(ran.length).toBe(before)
  })

  test('405 names the methods there are (RFC 9110 §15.5.6)', async () => {
    expect((await ask('/open', { method: 'DELETE' })).headers.get('allow')).toBe('GET')
  })

  test('a bug reaches the log', () => expect(faults.map(String).join()).toContain('hunter2'))
})

test('the admin socket is let in, by the user it says, and its input is checked', async () => {
  const unix = socket
  expect((await ask('/thing', { ...json({ name: 'a' }), unix })).status).toBe(201)
  expect((await ask('/thing', { ...json({ name: 'toolong' }), unix })).answer.error?.code).toBe('validation_failed')
  expect((await ask('/thing', { ...json({ name: 'a', more: 1 }), unix })).answer.error?.code).toBe('validation_failed')
  expect((await ask('/thing', { ...json(0), body: '{', unix })).answer.error?.code).toBe('parse_error')
  expect((await ask('/thing', { ...json(0), body: '{"name":"a","name":"b"}', unix })).answer.error?.code).toBe('duplicate_key')
  expect((await ask('/thing', { ...json(0), headers: { 'content-type': 'text/plain' }, unix })).answer.error?.code).toBe(
    'media_type_unsupported',
  )
  expect((await ask('/thing', { method: 'POST', unix })).status).toBe(422)
  expect((await ask('/thing/7', { method: 'DELETE', unix })).answer.error?.code).toBe('validation_failed')
  expect((await ask('/who', { unix, headers: { 'x-behavry-os-user': 'alice' } })).text).toBe('{"actor":"local:alice"}')
  expect((await ask('/who', { unix, headers: { 'x-behavry-os-user': '../../x y' } })).text).toBe('{"actor":"local:unknown"}')
})

test('a validation error says where, never what stood there', async () => {
  const { text } = await ask('/thing', { ...json({ name: 'hunter2hunter2' }), unix: socket })
  expect(text).toContain('/name')
  expect(text).not.toContain('hunter2')
})

/** One request as bytes, and everything that comes back before the connection ends or goes quiet. */
async function raw(bytes: string): Promise<string> {
  return await new Promise(resolve => {
    let text = ''
    const connection = createConnection(Number(new URL(network.url).port), '127.0.0.1', () => connection.write(bytes))
    connection.setTimeout(300, () => connection.destroy())
    connection.on('data', piece => {
      text += piece.toString()
    })
    connection.on('error', () => connection.destroy())
    connection.on('close', () => resolve(text))
  })
}

test.each(['x', 'ab', '', 'localhost/open', 'user@localhost', 'evil.example'])('Host %j reaches no route, on a live socket', async host => {
  const before = ran.length
  const answer = await raw(`GET /a/open HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
  expect(answer).toMatch(/^HTTP\/1\.1 (400|403) |^$/)
  expect(ran.length).toBe(before)
})

test('access hangs on the matched row: no spelling of a path opens an operator route', async () => {
  const before = ran.length
  for (const path of [
    '//thing',
    '/open/../thing',
    '/%74hing',
    '/thing?x=/open',
    '/thing#',
    'http://localhost/thing',
    '/mcp/v1/demo/../../../thing',
  ]) {
    const answer = await raw(
      `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 12\r\nConnection: close\r\n\r\n{"name":"a"}`,
    )
    expect(answer).not.toContain('201')
  }
  expect(ran.length).toBe(before)
})

test('what failed behind us is an error of HTTP, too', () => {
  for (const code of ['backend_refused', 'backend_unavailable', 'backend_timeout', 'tool_unknown', 'outcome_unrecorded'] as const) {
    expect(failureResponse(new Failure(code), () => undefined).status).toBeGreaterThanOrEqual(400)
  }
})
