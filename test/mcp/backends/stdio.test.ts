import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  call,
  copyHostile,
  eventually,
  faultText,
  place,
  runs,
  stdioServer,
  textOf,
  type UnderTest,
  underTest,
} from '../fixtures/under-test.ts'

let under: UnderTest
let hostile: string
beforeAll(() => {
  under = underTest()
  hostile = copyHostile(under.dir)
})
afterAll(() => under.stop())

describe('servers that behave', () => {
  test('the demo server, from source', async () => {
    const folder = join(under.dir, 'demo')
    const server = stdioServer('demo', [await place(under.dir, join(import.meta.dir, '../fixtures/demo.ts')), folder], { folder })
    const profile = await under.backends.profile(server)
    expect(profile.tools.map(tool => tool.name)).toContain('read_note')
    expect(profile.pins.get('read_note')).toMatch(/^[0-9a-f]{64}$/)
    expect(under.backends.profile(server)).toBe(profile)
    expect(textOf(await call(under, server, 'read_note', { note: 'welcome' }))).toStartWith('# Welcome')
    expect(textOf(await call(under, server, 'write_file', { path: 'a/b.txt', text: 'hi' }))).toBe('Wrote a/b.txt (2 bytes).')
    expect(readFileSync(join(folder, 'files/a/b.txt'), 'utf8')).toBe('hi')
  })

  test('the filesystem server from npm', async () => {
    const folder = join(under.dir, 'files')
    const program = await place(under.dir, require.resolve('@modelcontextprotocol/server-filesystem/dist/index.js'))
    const server = stdioServer('files', [program, folder], { folder, timeoutMs: 20_000 })
    const path = join(folder, 'note.txt')
    expect(faultText(await call(under, server, 'write_file', { path, content: 'from npm' }))).toBe('answered')
    expect(textOf(await call(under, server, 'read_text_file', { path }))).toBe('from npm')
    expect((await under.backends.profile(server)).serverInfo.name).toBe('secure-filesystem-server')
  })

  test('an older version, tools over several pages', async () => {
    const server = stdioServer('old', [hostile, 'old'])
    const { tools, serverInfo } = await under.backends.profile(server)
    expect(serverInfo.name).toBe('old')
    expect(tools.length).toBeGreaterThan(30)
  })

  test('the text of a result is passed on as it came', async () => {
    const answer = await call(under, stdioServer('exact', [hostile]), 'exact')
    expect(answer).toMatchObject({ kind: 'result', text: '{ "content":[], "structuredContent" : {"price": 1.50} }' })
  })

  test('an error is an answer', async () => {
    const answer = await call(under, stdioServer('error', [hostile]), 'error')
    expect(answer).toMatchObject({ kind: 'error', code: -32055, message: 'not today', data: { why: 'rain' } })
  })

  test('its own requests: ping is answered, sampling is not offered', async () => {
    const heard = JSON.parse(textOf(await call(under, stdioServer('ask', [hostile]), 'ask')))
    expect(heard).toContainEqual({ jsonrpc: '2.0', id: 'p', result: {} })
    expect(heard).toContainEqual({ jsonrpc: '2.0', id: 7, error: { code: -32601, message: 'This client does not offer that method.' } })
  })

  test('many calls at once share one process', async () => {
    const server = stdioServer('many', [hostile])
    const answers = await Promise.all(Array.from({ length: 200 }, (_, n) => call(under, server, 'echo', { n: String(n) })))
    expect(answers.map(answer => JSON.parse(textOf(answer)).n)).toEqual(Array.from({ length: 200 }, (_, n) => String(n)))
    const pids = await Promise.all([call(under, server, 'identity'), call(under, server, 'identity')])
    expect(new Set(pids.map(answer => JSON.parse(textOf(answer)).pid)).size).toBe(1)
  })

  test('a changed tool list becomes a new profile', async () => {
    const server = stdioServer('grow', [hostile])
    const before = await under.backends.profile(server)
    await call(under, server, 'grow')
    expect(await eventually(async () => (await under.backends.profile(server)).pins.has('grown'))).toBe(true)
    expect(before.pins.has('grown')).toBe(false)
  })

  test('the child gets its own environment and nothing of ours', async () => {
    process.env.BEHAVRY_TEST_SECRET = 'ours-alone'
    const server = stdioServer('environment', [hostile], { env: { TOKEN: 'theirs' } })
    const environment = JSON.parse(textOf(await call(under, server, 'environment')))
    expect(Object.keys(environment).sort()).toEqual(['HOME', 'LANG', 'PATH', 'TOKEN'])
    expect(JSON.stringify(environment)).not.toContain('ours-alone')
    const descriptors: string[] = JSON.parse(textOf(await call(under, server, 'descriptors')))
    expect(descriptors.filter(target => /sock|journal|\.db/.test(target) && !target.startsWith('socket:'))).toEqual([])
    delete process.env.BEHAVRY_TEST_SECRET
  })
})

describe('servers that misbehave', () => {
  const cases: readonly (readonly [tool: string, outcome: string, timeoutMs?: number])[] = [
    ['exit', 'backend_unavailable sent'],
    ['crash', 'backend_unavailable sent'],
    ['answer-and-exit', 'answered'],
    ['close-stdout', 'backend_unavailable sent'],
    ['hang', 'backend_timeout sent', 400],
    ['freeze', 'backend_timeout sent', 400],
    ['garbage', 'backend_invalid sent'],
    ['greeting', 'answered'],
    ['no-newline', 'backend_timeout sent', 400],
    ['no-newline-exit', 'backend_unavailable sent'],
    ['huge-line', 'backend_invalid sent'],
    ['wrong-id', 'backend_invalid sent'],
    ['string-id', 'backend_invalid sent'],
    ['two-answers', 'answered'],
    ['array', 'backend_invalid sent'],
    ['null', 'backend_invalid sent'],
    ['both', 'backend_invalid sent'],
    ['neither', 'backend_invalid sent'],
    ['version', 'backend_invalid sent'],
    ['twice', 'backend_invalid sent'],
    ['deep', 'backend_invalid sent'],
    ['bad-utf8', 'backend_invalid sent'],
    ['flood-stderr', 'answered', 20_000],
    ['flood-messages', 'backend_invalid sent'],
    ['flood-requests', 'backend_invalid sent'],
    ['flood-blank', 'backend_invalid sent'],
    ['large-messages', 'backend_invalid sent'],
    ['some-messages', 'answered'],
    ['grandchild-exit', 'backend_unavailable sent'],
  ]
  for (const [tool, outcome, timeoutMs] of cases) {
    test(`${tool}: ${outcome}; afterwards a normal call works`, async () => {
      const server = stdioServer(`bad-${tool}`, [hostile], timeoutMs === undefined ? {} : { timeoutMs })
      expect(textOf(await call(under, server, 'echo', { a: '1' }))).toBe('{"a":"1"}')
      expect(faultText(await call(under, server, tool))).toBe(outcome)
      expect(await eventually(async () => textOf(await call(under, server, 'echo', { a: '2' })) === '{"a":"2"}')).toBe(true)
    })
  }

  test('stderr is bounded, visible, and without the secrets it was given', async () => {
    const server = stdioServer('noise', [hostile], { env: { TOKEN: 'hunter2-hunter2' }, timeoutMs: 20_000 })
    await call(under, server, 'flood-stderr')
    const lines = under.log.filter(line => line.serverId === 'noise').map(line => line.text)
    expect(lines.length).toBeGreaterThan(5)
    expect(lines.length).toBeLessThan(1_000)
    expect(lines[0]).toBe('\\u{1b}[31mnoise 0 [secret]\\u{202e}')
    expect(lines.join('')).not.toContain('hunter2')
  })

  test('stderr goes through the redactor; what it cannot check is left out', async () => {
    const redactText = (text: string) => {
      if (text.includes('noise')) throw new Error('too hard')
      return text.replace('sesame-open-12345678', '[REDACTED:test]')
    }
    const own = underTest({ redactText })
    const server = stdioServer('redacted', [copyHostile(own.dir)], { timeoutMs: 20_000 })
    await call(own, server, 'secrets')
    await call(own, server, 'flood-stderr')
    await call(own, server, 'exit')
    await own.stop()
    const lines = own.log.map(line => line.text)
    expect(lines[0]).toBe('using [REDACTED:test] as the key')
    expect(lines[1]).toBe('(a line that could not be searched for secrets)')
    expect(lines.join()).not.toMatch(/sesame|noise/)
  })

  test('a flood stalls nobody, is killed at once, and is left alone for a while', async () => {
    const server = stdioServer('flood', [hostile])
    const pid = Number(textOf(await call(under, server, 'flood-later')))
    let turns = 0
    const timer = setInterval(() => turns++, 5)
    expect(await eventually(() => !runs(pid))).toBe(true)
    clearInterval(timer)
    expect(turns).toBeGreaterThan(2)
    const next = await call(under, server, 'echo')
    expect(faultText(next)).toBe('backend_unavailable unsent')
    expect(textOf(next)).toContain('floods us')
  })

  test('others at the same process keep their calls when one runs out of time', async () => {
    const server = stdioServer('slow', [hostile], { timeoutMs: 300 })
    await call(under, server, 'echo')
    const before = JSON.parse(textOf(await call(under, server, 'identity'))).pid
    expect(faultText(await call(under, server, 'hang'))).toBe('backend_timeout sent')
    expect(JSON.parse(textOf(await call(under, server, 'identity'))).pid).toBe(before)
    expect(textOf(await call(under, server, 'heard'))).toContain('notifications/cancelled')
  })

  test('a caller who leaves is told so, and so is the server', async () => {
    const server = stdioServer('leave', [hostile])
    await under.backends.profile(server)
    const controller = new AbortController()
    const answer = call(under, server, 'hang', {}, controller.signal)
    await Bun.sleep(50)
    controller.abort()
    expect(faultText(await answer)).toBe('backend_unavailable sent')
    expect(textOf(await call(under, server, 'heard'))).toContain('notifications/cancelled')
    expect(faultText(await call(under, server, 'echo', {}, AbortSignal.abort()))).toBe('backend_unavailable unsent')
  })

  const greetings = [
    ['exit', 'backend_unavailable unsent', /exit code 9/],
    ['alien', 'backend_invalid unsent', /speaks none of/],
    ['mute', 'backend_timeout unsent', /did not answer within 1000 ms/],
    ['endless', 'backend_invalid unsent', /does not end after 50 pages/],
  ] as const
  for (const [greeting, outcome, message] of greetings) {
    test(`greeting ${greeting}: ${outcome}, then left alone`, async () => {
      const strict = underTest({ connectTimeoutMs: 1_000 })
      const server = stdioServer(`greeting-${greeting}`, [copyHostile(strict.dir), greeting])
      const first = await call(strict, server, 'echo')
      expect(faultText(first)).toBe(outcome)
      expect(textOf(first)).toMatch(message)
      const second = await call(strict, server, 'echo')
      expect(faultText(second)).toBe('backend_unavailable unsent')
      expect(textOf(second)).toMatch(/It is tried again in 1 s\.$/)
      await strict.stop()
    })
  }

  const refusals = [
    ['a program that is not there', { command: 'no-such-program-here' }, 'backend_unavailable unsent'],
    ['a relative program', { command: './evil' }, 'backend_refused unsent'],
    ['a relative folder', { folder: 'here' }, 'backend_refused unsent'],
    ['a loader variable', { env: { LD_PRELOAD: '/tmp/evil.so' } }, 'backend_refused unsent'],
    ['a variable that is none', { env: { 'A=B': '1' } }, 'backend_refused unsent'],
  ] as const
  for (const [what, more, outcome] of refusals) {
    test(`${what}: ${outcome}`, async () => {
      expect(faultText(await call(under, stdioServer(`refused-${what}`, [hostile], more), 'echo'))).toBe(outcome)
    })
  }
})

describe('processes', () => {
  test('close ends the whole group, also one that ignores SIGTERM', async () => {
    const own = underTest()
    const server = stdioServer('stubborn', [copyHostile(own.dir)])
    const pid = Number(textOf(await call(own, server, 'ignore-sigterm')))
    const grandchild = Number(textOf(await call(own, server, 'grandchild')))
    expect([runs(pid), runs(grandchild)]).toEqual([true, true])
    await own.stop()
    expect(existsSync(`/proc/${pid}`)).toBe(false)
    expect(await eventually(() => !runs(grandchild))).toBe(true)
  })

  test('close ends a server that goes on talking and ignores SIGTERM', async () => {
    const own = underTest()
    const server = stdioServer('talker', [copyHostile(own.dir)])
    const pid = Number(textOf(await call(own, server, 'chatter-later')))
    await Bun.sleep(50)
    expect(runs(pid)).toBe(true)
    await own.stop()
    expect(runs(pid)).toBe(false)
  })

  test('a server that is removed or disabled does not run on', async () => {
    const server = stdioServer('kept', [hostile])
    const key = `${server.tenantId}/${server.id}`
    const pidNow = async () => JSON.parse(textOf(await call(under, server, 'identity'))).pid as number
    const pid = await pidNow()
    under.backends.keep(new Map([[key, server]]))
    expect(await pidNow()).toBe(pid)
    under.backends.keep(new Map([[key, { ...server, enabled: false }]]))
    expect(await eventually(() => !runs(pid))).toBe(true)
    const next = await pidNow()
    under.backends.keep(new Map())
    expect(await eventually(() => !runs(next))).toBe(true)
  })

  test('a new revision gets a new process; the old one finishes its call and ends; an older revision is refused', async () => {
    const server = stdioServer('revised', [hostile])
    const pidOf = async (revision: number) => JSON.parse(textOf(await call(under, { ...server, revision }, 'identity'))).pid as number
    const first = await pidOf(1)
    const slow = call(under, server, 'ask')
    await Bun.sleep(20)
    const second = await pidOf(2)
    expect(second).not.toBe(first)
    expect(faultText(await slow)).toBe('answered')
    expect(await eventually(() => !runs(first))).toBe(true)
    expect(faultText(await call(under, server, 'echo'))).toBe('backend_unavailable unsent')
  })

  test('an idle process ends, and a later call starts another', async () => {
    const own = underTest({ idleMs: 200 })
    const server = stdioServer('idle', [copyHostile(own.dir)])
    const pid = JSON.parse(textOf(await call(own, server, 'identity'))).pid as number
    expect(await eventually(() => !runs(pid))).toBe(true)
    expect(textOf(await call(own, server, 'echo', { a: '1' }))).toBe('{"a":"1"}')
    await own.stop()
  })

  test('after close nothing connects', async () => {
    const own = underTest()
    await own.stop()
    expect(faultText(await call(own, stdioServer('late', [hostile]), 'echo'))).toBe('backend_unavailable unsent')
    expect(existsSync(own.dir)).toBe(false)
  })

  test('no zombie is left', () => {
    const states = Bun.spawnSync(['ps', '-o', 'stat=', '--ppid', String(process.pid)])
      .stdout.toString()
      .split('\n')
    expect(states.filter(state => state.trim().startsWith('Z'))).toEqual([])
  })
})
