import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type HostileHttp, startHostileHttp, startRawHttp } from '../fixtures/hostile-http.ts'
import { call, eventually, faultText, httpServer, textOf, type UnderTest, underTest } from '../fixtures/under-test.ts'

let under: UnderTest
let hostile: HostileHttp
beforeAll(() => {
  under = underTest()
  hostile = startHostileHttp()
})
afterAll(async () => {
  await under.stop()
  hostile.stop()
})

describe('a server that behaves', () => {
  test('is greeted once, listed once, and called', async () => {
    const own = startHostileHttp()
    const server = httpServer('good', own.url)
    expect(textOf(await call(under, server, 'echo', { a: 1 }))).toBe('{"a":1}')
    expect(textOf(await call(under, server, 'echo', { a: 2 }))).toBe('{"a":2}')
    expect(own.seen).toEqual(['initialize', 'notifications/initialized', 'tools/list', 'tools/call echo', 'tools/call echo'])
    expect((await under.backends.profile(server)).pins.size).toBeGreaterThan(10)
    own.stop()
  })

  test('gets the configured headers and the session, never another Host, Accept or session of the definition', async () => {
    const headers = { Authorization: 'Bearer theirs', Host: 'evil.example', Accept: 'text/html', 'Mcp-Session-Id': 'mine' }
    const answer = await call(under, httpServer('headers', hostile.url, { headers }), 'headers')
    const got = JSON.parse(textOf(answer))
    expect(got).toMatchObject({
      authorization: 'Bearer theirs',
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
      'mcp-protocol-version': '2025-06-18',
      host: new URL(hostile.url).host,
    })
    expect(got['mcp-session-id']).toStartWith('s-')
  })

  const answers = [
    ['sse', '"streamed"'],
    ['sse-asks', '"asked"'],
    ['some-events', '"after"'],
    ['error', 'error -32055'],
    ['error-400', 'error -32602'],
  ] as const
  for (const [tool, text] of answers) {
    test(`${tool}: ${text}`, async () => {
      expect(textOf(await call(under, httpServer('plain', hostile.url), tool))).toBe(text)
    })
  }

  test('a ping on an event stream is answered', async () => {
    await call(under, httpServer('plain', hostile.url), 'sse-asks')
    expect(await eventually(() => hostile.seen.includes('reply'))).toBe(true)
  })

  test('the session is ended when the connection closes', async () => {
    const own = underTest()
    const other = startHostileHttp()
    await call(own, httpServer('ends', other.url), 'echo')
    await own.stop()
    expect(other.seen.at(-1)).toBe('DELETE')
    other.stop()
  })
})

describe('a server that misbehaves', () => {
  const cases: readonly (readonly [tool: string, outcome: string])[] = [
    ['hang', 'backend_timeout sent'],
    ['drip', 'backend_timeout sent'],
    ['endless-events', 'backend_timeout sent'],
    ['flood-events', 'backend_invalid sent'],
    ['flood-requests', 'backend_invalid sent'],
    ['flood-comments', 'backend_invalid sent'],
    ['large-events', 'backend_invalid sent'],
    ['huge-event', 'backend_invalid sent'],
    ['sse-cut', 'backend_unavailable sent'],
    ['sse-twice', 'backend_invalid sent'],
    ['sse-wrong-id', 'backend_invalid sent'],
    ['sse-garbage', 'backend_invalid sent'],
    ['bad-json', 'backend_invalid sent'],
    ['two-objects', 'backend_invalid sent'],
    ['batch', 'backend_invalid sent'],
    ['array-result', 'backend_invalid sent'],
    ['null-result', 'backend_invalid sent'],
    ['wrong-id', 'backend_invalid sent'],
    ['string-id', 'backend_invalid sent'],
    ['null-id', 'backend_invalid sent'],
    ['a-request', 'backend_invalid sent'],
    ['bad-utf8', 'backend_invalid sent'],
    ['deep', 'backend_invalid sent'],
    ['large', 'backend_invalid sent'],
    ['bomb', 'backend_invalid sent'],
    ['empty', 'backend_invalid sent'],
    ['accepted', 'backend_invalid sent'],
    ['html', 'backend_invalid sent'],
    ['redirect', 'backend_invalid sent'],
    ['401', 'backend_unavailable sent'],
    ['403', 'backend_unavailable sent'],
    ['500', 'backend_unavailable sent'],
    ['503', 'backend_unavailable sent'],
  ]
  for (const [tool, outcome] of cases) {
    test(`${tool}: ${outcome}, sent once; afterwards a normal call works`, async () => {
      const isSlow = outcome.startsWith('backend_timeout')
      const server = httpServer(`bad-${tool}`, hostile.url, isSlow ? { timeoutMs: 300 } : {})
      await under.backends.profile(server)
      const before = hostile.seen.length
      const answer = await call(under, server, tool)
      expect(faultText(answer)).toBe(outcome)
      expect(textOf(answer)).not.toContain('secret stack')
      expect(textOf(await call(under, server, 'echo', { a: 3 }))).toBe('{"a":3}')
      const after = hostile.seen.slice(before)
      expect(after.filter(line => line === `tools/call ${tool}`)).toHaveLength(1)
      expect(hostile.seen).not.toContain('/canary')
      if (isSlow) expect(await eventually(() => hostile.seen.slice(before).includes('notifications/cancelled'))).toBe(true)
    })
  }

  test('a server that asks without end hears few replies, and the log says so', async () => {
    const own = underTest()
    const other = startHostileHttp()
    expect(textOf(await call(own, httpServer('asker', other.url), 'asks-a-lot'))).toBe('"asked"')
    expect(textOf(await call(own, httpServer('asker', other.url), 'echo', { a: 5 }))).toBe('{"a":5}')
    await own.stop()
    const replies = other.seen.filter(line => line === 'reply').length
    expect(replies).toBeGreaterThan(0)
    expect(replies).toBeLessThan(100)
    expect(own.log.map(line => line.text).join()).toMatch(/\d+ of the server's own requests were left without a reply/)
    other.stop()
  })

  test('a caller who leaves: the request is dropped and the server is told', async () => {
    const server = httpServer('leave', hostile.url)
    await under.backends.profile(server)
    const before = hostile.seen.length
    const controller = new AbortController()
    const answer = call(under, server, 'hang', {}, controller.signal)
    await Bun.sleep(30)
    controller.abort()
    expect(faultText(await answer)).toBe('backend_unavailable sent')
    expect(await eventually(() => hostile.seen.slice(before).includes('notifications/cancelled'))).toBe(true)
  })

  test('a lost session: the call fails, it is not repeated, and the next one greets again', async () => {
    const own = startHostileHttp()
    const server = httpServer('lost', own.url)
    await call(under, server, 'echo')
    own.forget()
    expect(faultText(await call(under, server, 'echo'))).toBe('backend_unavailable sent')
    expect(textOf(await call(under, server, 'echo', { a: 4 }))).toBe('{"a":4}')
    expect(own.seen.filter(line => line === 'initialize')).toHaveLength(2)
    expect(own.seen.filter(line => line === 'tools/call echo')).toHaveLength(3)
    own.stop()
  })

  const head = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n'
  const raw = [
    ['short body', `${head}Content-Length: 100\r\n\r\n{"jsonrpc"`, 'end'],
    ['reset in the body', `${head}Transfer-Encoding: chunked\r\n\r\n5\r\n{"jso\r\n`, 'reset'],
    ['reset before the head', '', 'at-once'],
    ['not HTTP', 'hello there\r\n\r\n', 'end'],
  ] as const
  for (const [what, bytes, how] of raw) {
    test(`${what}: backend_unavailable sent, sent once`, async () => {
      const server = await startRawHttp(bytes, how)
      expect(faultText(await call(under, httpServer(`raw-${what}`, server.url), 'any'))).toBe('backend_unavailable sent')
      expect(server.calls()).toBe(1)
      server.stop()
    })
  }

  test('nobody there: unsent, then left alone for a while', async () => {
    const gone = startHostileHttp()
    gone.stop()
    const server = httpServer('gone', gone.url)
    expect(textOf(await call(under, server, 'echo'))).toBe('backend_unavailable: The MCP server cannot be reached (ECONNREFUSED).')
    const second = await call(under, server, 'echo')
    expect(faultText(second)).toBe('backend_unavailable unsent')
    expect(textOf(second)).toEndWith('It is tried again in 1 s.')
  })

  test('forbidden characters in headers are refused', async () => {
    const server = httpServer('split', hostile.url, { headers: { 'X-A': 'b\r\nX-C: d' } })
    expect(faultText(await call(under, server, 'echo'))).toBe('backend_refused unsent')
  })
})
