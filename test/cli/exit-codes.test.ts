import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { auditOf, decisionOf, inDatabase, post, toolCall } from '../scenarios/stage.ts'
import { type Appliance, binary, removeFolder, runCli, startAppliance, temporaryFolder } from '../stage/appliance.ts'

let appliance: Appliance
const empty = temporaryFolder()
const absent = '0199d3c0-5b1e-7c2d-8f00-00000000dead'
beforeAll(async () => {
  appliance = await startAppliance()
}, 60_000)
afterAll(async () => {
  await appliance.stop()
  removeFolder(appliance.dataDir)
  removeFolder(empty)
}, 60_000)

async function held(text: string): Promise<string> {
  const { answer } = await post(appliance, await appliance.token(), toolCall(1, 'write_note', { note: 'n', text }))
  return decisionOf(answer).escalation_id ?? ''
}

describe('against a running server', () => {
  const cases: readonly (readonly [readonly string[], number, RegExp])[] = [
    [['no-such-command'], 2, /unknown command/],
    [['token'], 2, /Usage/],
    [['token', 'issue'], 2, /--agent/],
    [['token', 'issue', '--agent', 'demo', '--ttl', 'soon'], 2, /--ttl/],
    [['token', 'issue', '--agent', 'demo', '--ttl', '999999'], 2, /validation_failed/],
    [['token', 'issue', '--agent', 'nobody'], 3, /not_found/],
    [['token', 'revoke'], 2, /missing required argument/],
    [['token', 'revoke', 'not-a-uuid'], 2, /validation_failed/],
    [['token', 'revoke', absent], 3, /not_found/],
    [['server', 'add', 'x'], 2, /missing required argument/],
    [['server', 'add', 'Not A Slug', 'http://127.0.0.1:1/'], 2, /validation_failed/],
    [['server', 'add', 'meta', 'http://169.254.169.254/'], 4, /backend_refused/],
    [['server', 'add', 'demo', 'http://127.0.0.1:1/'], 4, /conflict/],
    [['server', 'add', 'x', 'true', '--env', '=v'], 2, /--env/],
    [['server', 'remove', 'nobody'], 3, /server_unknown/],
    [['escalation', 'list', '--status', 'odd'], 2, /validation_failed/],
    [['escalation', 'show', absent], 3, /not_found/],
    [['escalation', 'approve', absent], 3, /not_found/],
    [['escalation', 'deny', absent], 3, /not_found/],
    [['escalation', 'approve', '../tokens'], 2, /validation_failed/],
    [['audit', 'tail', '-n', '0'], 2, /--lines/],
    [['audit', 'tail', '--lines', '1e9'], 2, /--lines/],
    [['migrate', '--down', 'all'], 2, /--down/],
    [['serve', '--what'], 2, /unknown option/],
    [['--env-file', '/nowhere/at/all', 'serve'], 2, /--env-file/],
  ]
  test.each(cases)('%j', async (args, code, message) => {
    const { exitCode, stdout, stderr } = await appliance.cli(...args)
    expect([exitCode, stdout]).toEqual([code, ''])
    expect(stderr).toMatch(message)
    expect(stderr).not.toMatch(/\bat .*\.ts:\d+/)
  })

  test('a decision is made once: the second reviewer gets 4, and the first one’s name', async () => {
    const id = await held('a')
    expect((await appliance.cli('escalation', 'approve', id)).exitCode).toBe(0)
    for (const verb of ['approve', 'deny']) {
      const { exitCode, stderr } = await appliance.cli('escalation', verb, id)
      expect(exitCode).toBe(4)
      expect(stderr).toMatch(/approved already, by local:/)
    }
  })

  test('of two reviewers at once exactly one wins', async () => {
    const id = await held('race')
    const results = await Promise.all(['approve', 'deny', 'approve', 'deny'].map(verb => appliance.cli('escalation', verb, id)))
    expect(results.map(({ exitCode }) => exitCode).sort()).toEqual([0, 4, 4, 4])
    const events = (await auditOf(appliance)).filter(({ escalation_id, actor }) => escalation_id === id && actor !== undefined)
    expect(events).toHaveLength(1)
  })

  test('--json: one document on stdout, or the error as one on stderr', async () => {
    for (const args of [
      ['version'],
      ['server', 'list'],
      ['escalation', 'list'],
      ['token', 'issue', '--agent', 'demo'],
      ['audit', 'verify'],
      ['migrate', '--status'],
    ]) {
      const { stdout, exitCode } = await appliance.cli('--json', ...args)
      expect(exitCode).toBe(0)
      expect(() => JSON.parse(stdout)).not.toThrow()
    }
    const { stderr, stdout, exitCode } = await appliance.cli('--json', 'escalation', 'show', absent)
    expect([exitCode, stdout, JSON.parse(stderr)]).toEqual([3, '', { error: { code: 'not_found', message: expect.any(String) } }])
  })

  test('token issue prints the token and nothing else', async () => {
    const { stdout, stderr } = await appliance.cli('token', 'issue', '--agent', 'demo')
    expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/)
    expect(stderr).toBe('')
  })

  test('a pipe that closes early is no crash', async () => {
    for (let i = 0; i < 30; i++) await post(appliance, undefined, toolCall(i, 'x'))
    const child = Bun.spawn(
      ['/bin/sh', '-c', `"$0" --data-dir "$1" --json audit tail -n 500 | head -1; echo "\${PIPESTATUS:-0}"`, binary, appliance.dataDir],
      { stdout: 'pipe', stderr: 'pipe' },
    )
    const [out, error] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()])
    expect(out).toStartWith('{')
    expect(error).toBe('')
  })
})

describe('without a server', () => {
  test.each([[['token', 'issue', '--agent', 'demo']], [['server', 'list']], [['escalation', 'list']], [['audit', 'tail']]])(
    '%j is 5 and says what to do',
    async args => {
      const { exitCode, stdout, stderr } = await runCli(empty, args)
      expect([exitCode, stdout]).toEqual([5, ''])
      expect(stderr).toContain('behavry serve')
    },
  )
})

describe('a configuration that is not valid', () => {
  const secret = 'hunter2-hunter2-hunter2'
  test('is 2, names every fault at once, and shows no value', async () => {
    const { exitCode, stderr, stdout } = await runCli(empty, ['serve'], {
      BEHAVRY_ENV: 'staging',
      BEHAVRY_LISTEN: 'nowhere',
      BEHAVRY_DB_URL: `mysql://root:${secret}@db/x`,
      BEHAVRY_JWT_PRIVATE_KEY: secret,
      BEHAVRY_ACCESS_TOKEN_TTL: '9 days',
    })
    expect([exitCode, stdout]).toEqual([2, ''])
    for (const name of ['BEHAVRY_ENV', 'BEHAVRY_LISTEN', 'BEHAVRY_DB_URL', 'BEHAVRY_JWT_PRIVATE_KEY', 'BEHAVRY_ACCESS_TOKEN_TTL'])
      expect(stderr).toContain(name)
    expect(stderr).not.toContain(secret)
  })

  test('with --json it is one document', async () => {
    const { exitCode, stderr } = await runCli(empty, ['--json', 'serve'], { BEHAVRY_LISTEN: 'nowhere' })
    expect(exitCode).toBe(2)
    expect(JSON.parse(stderr)).toMatchObject({
      error: { code: 'configuration_invalid', details: { faults: [{ name: 'BEHAVRY_LISTEN' }] } },
    })
  })

  test('production without its keys does not start', async () => {
    const { exitCode, stderr } = await runCli(empty, ['serve'], { BEHAVRY_ENV: 'production' })
    expect(exitCode).toBe(2)
    expect(stderr).toContain('BEHAVRY_JWT_PRIVATE_KEY')
  })
})

test('hostile text comes out visible, on every screen and in every format', async () => {
  const evil = '\u001b]52;c;aGk=\u0007\u001b[2J\u202egnp.exe\u009b31m'
  const { answer } = await post(appliance, await appliance.token(), toolCall(1, 'write_file', { path: `x${evil}y`, text: 't' }))
  const id = decisionOf(answer).escalation_id ?? ''
  await appliance.cli('escalation', 'deny', id, '--note', evil)
  await inDatabase(appliance.dataDir, 'UPDATE behavry.agents SET name = $1 WHERE name = $2', [`demo${evil}`, 'demo'])
  const screens = await Promise.all([
    appliance.cli('audit', 'tail'),
    appliance.cli('--json', 'audit', 'tail'),
    appliance.cli('escalation', 'list'),
    appliance.cli('escalation', 'show', id),
    appliance.cli('--json', 'escalation', 'show', id),
    appliance.cli('escalation', 'approve', id),
    appliance.cli('token', 'issue', '--agent', evil),
    appliance.cli('server', 'remove', evil),
  ])
  for (const { stdout, stderr } of screens) {
    for (const character of ['\u001b', '\u0007', '\u009b', '\u202e']) expect(stdout + stderr).not.toContain(character)
  }
  expect(screens[0]?.stdout).toContain('\\u{1b}]52')
  await inDatabase(appliance.dataDir, 'UPDATE behavry.agents SET name = $2 WHERE name = $1', [`demo${evil}`, 'demo'])
})
