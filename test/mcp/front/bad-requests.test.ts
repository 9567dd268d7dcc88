import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { FailureCode } from '../../../server/domain/failure.ts'
import { failures } from '../../../server/domain/failure.ts'
import { auditOf, post, toolCall } from '../../scenarios/stage.ts'
import { type Appliance, removeFolder, startAppliance } from '../../stage/appliance.ts'
import { type HostileHttp, startHostileHttp } from '../fixtures/hostile-http.ts'

/** Whatever is sent to the live front: a coded answer with the caller's id where it can be known, a record, and silence at the backend. */
let appliance: Appliance
let backend: HostileHttp
let token = ''

beforeAll(async () => {
  backend = startHostileHttp()
  appliance = await startAppliance({ env: { BEHAVRY_RATE_LIMIT_AGENT: '100000/minute', BEHAVRY_RATE_LIMIT_PUBLIC: '100000/minute' } })
  const added = await appliance.cli('server', 'add', 'probe', backend.url)
  if (added.exitCode !== 0) throw new Error(added.stderr)
  token = await appliance.token()
}, 60_000)
afterAll(async () => {
  backend.stop()
  await appliance.stop()
  removeFolder(appliance.dataDir)
}, 60_000)

const ask = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}, server = 'demo') =>
  post(appliance, token, body, headers, server)
const rpc = (fields: object) => JSON.stringify({ jsonrpc: '2.0', id: 7, method: 'ping', ...fields })
const params = (text: string) => `{"jsonrpc":"2.0","id":7,"method":"tools/call","params":${text}}`
const bytes = (...parts: readonly (string | number[])[]) => new Uint8Array(Buffer.concat(parts.map(part => Buffer.from(part as string))))

interface Case {
  readonly body: string | Uint8Array<ArrayBuffer>
  readonly code: FailureCode
  /** The id that can be known; absent: none can. */
  readonly id?: string | number
  readonly headers?: Record<string, string>
  readonly server?: string
}

const cases: Readonly<Record<string, Case>> = {
  'no body': { body: '', code: 'parse_error' },
  'not JSON': { body: 'hello', code: 'parse_error' },
  'cut off': { body: '{"jsonrpc":"2.0","id":7,"method":"ping"', code: 'parse_error', id: 7 },
  'two messages': { body: rpc({}) + rpc({}), code: 'parse_error' },
  'trailing comma': { body: '{"jsonrpc":"2.0","id":7,"method":"ping",}', code: 'parse_error', id: 7 },
  'single quotes': { body: "{'jsonrpc':'2.0'}", code: 'parse_error' },
  NaN: { body: params('{"name":"read_note","arguments":{"n":NaN}}'), code: 'parse_error', id: 7 },
  'byte order mark': { body: bytes([0xef, 0xbb, 0xbf], rpc({})), code: 'parse_error', id: 7 },
  'invalid UTF-8': { body: bytes('{"jsonrpc":"2.0","id":7,"method":"', [0xff, 0xfe], '"}'), code: 'parse_error', id: 7 },
  'UTF-16': { body: new Uint8Array(Buffer.from(rpc({}), 'utf16le')), code: 'parse_error' },
  'raw control character': { body: '{"jsonrpc":"2.0","id":7,"method":"pi\u0001ng"}', code: 'parse_error', id: 7 },
  'duplicate key in the envelope': { body: '{"jsonrpc":"2.0","id":7,"id":8,"method":"ping"}', code: 'duplicate_key' },
  'duplicate key, spelled by escape': { body: '{"jsonrpc":"2.0","id":7,"\\u0069d":8,"method":"ping"}', code: 'duplicate_key' },
  'duplicate key in params': { body: params('{"name":"read_note","name":"delete_note"}'), code: 'duplicate_key', id: 7 },
  'duplicate key by case in params': { body: params('{"name":"read_note","Name":"delete_note"}'), code: 'duplicate_key', id: 7 },
  'duplicate key in arguments': { body: params('{"name":"read_note","arguments":{"note":"a","note":"b"}}'), code: 'duplicate_key', id: 7 },
  'duplicate key by case in arguments': {
    body: params('{"name":"read_note","arguments":{"note":"a","NOTE":"b"}}'),
    code: 'duplicate_key',
    id: 7,
  },
  'duplicate key deep in arguments': {
    body: params('{"name":"read_note","arguments":{"a":[{"b":{"c":1,"c":2}}]}}'),
    code: 'duplicate_key',
    id: 7,
  },
  'duplicate __proto__': { body: params('{"name":"read_note","arguments":{"__proto__":1,"__proto__":2}}'), code: 'duplicate_key', id: 7 },
  '100,000 deep': {
    body: params(`{"name":"read_note","arguments":{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`),
    code: 'too_deep',
    id: 7,
  },
  '100,000 deep, never closed': { body: '['.repeat(100_000), code: 'too_deep' },
  batch: { body: `[${rpc({})}]`, code: 'batch_not_supported' },
  'empty batch': { body: '[]', code: 'batch_not_supported' },
  'a number': { body: '7', code: 'invalid_request' },
  null: { body: 'null', code: 'invalid_request' },
  'no version': { body: rpc({ jsonrpc: undefined }), code: 'invalid_request', id: 7 },
  'version 1.0': { body: rpc({ jsonrpc: '1.0' }), code: 'invalid_request', id: 7 },
  'version as number': { body: rpc({ jsonrpc: 2 }), code: 'invalid_request', id: 7 },
  'id null': { body: rpc({ id: null }), code: 'invalid_request' },
  'id in part': { body: rpc({ id: 1.5 }), code: 'invalid_request' },
  'id as object': { body: rpc({ id: { a: 1 } }), code: 'invalid_request' },
  'id as list': { body: rpc({ id: [1] }), code: 'invalid_request' },
  'id true': { body: rpc({ id: true }), code: 'invalid_request' },
  'id beyond what a double holds': { body: '{"jsonrpc":"2.0","id":9007199254740993,"method":"ping"}', code: 'inexact_number' },
  'id of a million letters': { body: rpc({ id: 'x'.repeat(1_000_000) }), code: 'invalid_request' },
  'method missing': { body: rpc({ method: undefined }), code: 'invalid_request', id: 7 },
  'method as number': { body: rpc({ method: 5 }), code: 'invalid_request', id: 7 },
  'method empty': { body: rpc({ method: '', id: 'a"b' }), code: 'invalid_request', id: 'a"b' },
  'method long': { body: rpc({ method: 'm'.repeat(129) }), code: 'invalid_request', id: 7 },
  'NUL in the method': { body: rpc({ method: 'tools/call\0' }), code: 'invalid_request', id: 7 },
  'half a surrogate pair in the method': { body: rpc({ method: 'x' }).replace('"x"', '"\\ud800"'), code: 'invalid_request', id: 7 },
  'NUL in a key': { body: params('{"name":"read_note","arguments":{"a\\u0000":1}}'), code: 'invalid_request', id: 7 },
  'half a surrogate pair in a key': { body: params('{"name":"read_note","arguments":{"a\\udc00":1}}'), code: 'invalid_request', id: 7 },
  'params as list': { body: rpc({ params: [] }), code: 'invalid_request', id: 7 },
  'params null': { body: rpc({ params: null }), code: 'invalid_request', id: 7 },
  'unknown method': { body: rpc({ method: 'tools/execute' }), code: 'method_unknown', id: 7 },
  'method that is a word of the language': { body: rpc({ method: 'constructor' }), code: 'method_unknown', id: 7 },
  'method __proto__': { body: rpc({ method: '__proto__' }), code: 'method_unknown', id: 7 },
  'unknown server': { body: toolCall(7, 'read_note'), server: 'nobody', code: 'server_unknown', id: 7 },
  'unknown tool': { body: toolCall('s', 'no_such_tool'), code: 'tool_unknown', id: 's' },
  'tool in another case': { body: toolCall(7, 'Read_Note'), code: 'tool_unknown', id: 7 },
  'tool name missing': { body: params('{}'), code: 'invalid_params', id: 7 },
  'tool name as list': { body: params('{"name":["read_note"]}'), code: 'invalid_params', id: 7 },
  'tool name with NUL': { body: params('{"name":"read_note\\u0000"}'), code: 'invalid_params', id: 7 },
  'tool name with half a surrogate pair': { body: params('{"name":"\\ud83d"}'), code: 'invalid_params', id: 7 },
  'tool name of 300 letters': { body: toolCall(7, 'r'.repeat(300)), code: 'invalid_params', id: 7 },
  'arguments as list': { body: params('{"name":"read_note","arguments":[]}'), code: 'invalid_params', id: 7 },
  'arguments null': { body: params('{"name":"read_note","arguments":null}'), code: 'invalid_params', id: 7 },
  '_meta as text': { body: params('{"name":"read_note","_meta":"x"}'), code: 'invalid_params', id: 7 },
  'inexact number': { body: params('{"name":"read_note","arguments":{"n":9007199254740993}}'), code: 'inexact_number', id: 7 },
  'number beyond all': { body: params('{"name":"read_note","arguments":{"n":1e400}}'), code: 'inexact_number', id: 7 },
  'a cursor that we did not give': { body: rpc({ method: 'tools/list', params: { cursor: 'x' } }), code: 'invalid_params', id: 7 },
  'initialize without a version': { body: rpc({ method: 'initialize' }), code: 'invalid_params', id: 7 },
  'content type text': { body: rpc({}), headers: { 'content-type': 'text/plain' }, code: 'media_type_unsupported', id: 7 },
  'content type form': {
    body: rpc({}),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    code: 'media_type_unsupported',
    id: 7,
  },
  'content type that only begins so': {
    body: rpc({}),
    headers: { 'content-type': 'application/jsonp' },
    code: 'media_type_unsupported',
    id: 7,
  },
  'protocol version unknown': {
    body: rpc({}),
    headers: { 'mcp-protocol-version': '2030-01-01' },
    code: 'protocol_version_unsupported',
    id: 7,
  },
  'protocol version twice': {
    body: rpc({}),
    headers: { 'mcp-protocol-version': '2025-06-18, 2025-11-25' },
    code: 'protocol_version_unsupported',
    id: 7,
  },
  '11 MiB': { body: `{"pad":"${'x'.repeat(11 * 1024 * 1024)}"}`, code: 'body_too_large' },
  '11 MiB behind an id': { body: `{"jsonrpc":"2.0","id":7,"pad":"${'x'.repeat(11 * 1024 * 1024)}"}`, code: 'body_too_large', id: 7 },
  'gzip that was not asked for': {
    body: new Uint8Array(Bun.gzipSync(Buffer.from(rpc({})))),
    headers: { 'content-encoding': 'gzip' },
    code: 'parse_error',
  },
}

describe('every bad request has a coded answer', () => {
  test.each(Object.keys(cases))('%s', async name => {
    const { body, code, id = null, headers = {}, server = 'demo' } = cases[name] ?? { body: '', code: 'internal' }
    const { status, answer } = await ask(body, headers, server)
    expect([status, answer.error?.data?.code, answer.error?.code]).toEqual([failures[code].http, code, failures[code].rpc])
    expect(answer.id).toEqual(id)
    expect(answer.jsonrpc).toBe('2.0')
    expect(answer.error?.data?.error_id).toMatch(/^[0-9a-f-]{36}$/)
  })

  test('11 MiB in chunks that do not say how many', async () => {
    const piece = Buffer.alloc(1024 * 1024, 0x20)
    let sent = 0
    const body = new ReadableStream({
      pull(controller) {
        controller.enqueue(piece)
        if (++sent === 11) controller.close()
      },
    })
    const response = await fetch(`${appliance.url}/mcp/v1/demo`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body,
    }).catch(() => undefined)
    // The answer may be lost when the connection is closed on a sender who goes on; it is never a success.
    if (response) expect(response.status).toBe(413)
  })

  test('100 MiB that are declared', async () => {
    const { status } = await ask(new Uint8Array(100 * 1024 * 1024)).catch(() => ({ status: 413 }))
    expect(status).toBe(413)
  })

  test.each(['GET', 'DELETE', 'PUT', 'PATCH', 'OPTIONS', 'HEAD'])('%s is not offered here', async method => {
    const response = await fetch(`${appliance.url}/mcp/v1/demo`, { method, headers: { authorization: `Bearer ${token}` } })
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST'])
  })
})

describe('who may come in', () => {
  const call = toolCall('c', 'read_note', { note: 'welcome' })
  test.each([
    ['no token', {}, 'token_missing'],
    ['another scheme', { authorization: 'Basic Zm9vOmJhcg==' }, 'token_missing'],
    ['an empty token', { authorization: 'Bearer ' }, 'token_missing'],
    ['rubbish', { authorization: 'Bearer rubbish' }, 'token_invalid'],
    ['identity by header', { 'x-forwarded-user': 'demo', 'x-agent-id': 'demo', 'x-behavry-os-user': 'root' }, 'token_missing'],
    ['token as cookie', { cookie: 'token=abc' }, 'token_missing'],
    ['a body for strangers that is too long', { 'content-type': 'application/json' }, 'body_too_large'],
  ])('%s', async (name, headers, code) => {
    const body = name.includes('too long') ? `{"pad":"${'x'.repeat(70_000)}"}` : call
    const { status, answer, headers: given } = await post(appliance, undefined, body, headers as Record<string, string>)
    expect([status, answer.error?.data?.code as string]).toEqual([failures[code as FailureCode].http, code])
    if (status === 401) {
      expect(answer.id).toBe('c')
      expect(given.get('www-authenticate')).toContain('Bearer')
    }
  })

  test('a token twice is no token', async () => {
    const { status } = await post(appliance, undefined, call, { authorization: `Bearer ${token}, Bearer ${token}` })
    expect(status).toBe(401)
  })

  test('a token in the query is no token', async () => {
    const response = await fetch(`${appliance.url}/mcp/v1/demo?access_token=${token}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: call,
    })
    expect(response.status).toBe(401)
  })

  test('a foreign page is turned away before any work', async () => {
    const { status, answer } = await ask(call, { origin: 'https://evil.example' })
    expect(status).toBe(403)
    expect(answer.error?.code).toBe('host_refused')
  })
})

test('after all this a normal call works, and the backend saw nothing but what it was asked for', async () => {
  const { answer, status } = await ask(toolCall('ok', 'read_note', { note: 'welcome' }))
  expect([status, answer.id, answer.result?.isError ?? false]).toEqual([200, 'ok', false])
  const before = backend.seen.length
  await ask(params('{"name":"echo","arguments":{"a":1,"a":2}}'), {}, 'probe')
  await ask(`[${toolCall(1, 'echo')}]`, {}, 'probe')
  await post(appliance, undefined, toolCall(1, 'echo'), {}, 'probe')
  expect(backend.seen.slice(before)).toEqual([])
})

test('every kind of refusal is in the journal, once at first, with whose it was', async () => {
  const refused = (await auditOf(appliance)).filter(({ event_type }) => event_type === 'request.refused')
  const codes = new Set(refused.filter(({ agent_id }) => agent_id !== undefined).map(({ error }) => error))
  for (const { code } of Object.values(cases)) expect(codes).toContain(code)
  const strangers = refused.filter(({ agent_id }) => agent_id === undefined)
  expect(new Set(strangers.map(({ error }) => error))).toEqual(new Set(['token_missing', 'token_invalid', 'body_too_large']))
  expect(refused.length).toBeLessThan(40)
  expect((await appliance.cli('audit', 'verify')).exitCode).toBe(0)
})
