import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type HostileHttp, startHostileHttp, startRawHttp } from '../mcp/fixtures/hostile-http.ts'
import { type Appliance, removeFolder, startAppliance } from '../stage/appliance.ts'
import { auditOf, eventually, inDatabase, post, toolCall } from './stage.ts'

/** A backend that misbehaves, through the whole product: the caller gets one valid answer with its id, the journal the true outcome, nobody else notices. */
let appliance: Appliance
let backend: HostileHttp
let token = ''

beforeAll(async () => {
  backend = startHostileHttp()
  appliance = await startAppliance({ env: { BEHAVRY_RATE_LIMIT_AGENT: '100000/minute' } })
  await added('hostile', backend.url, '--timeout-ms', '700')
  await inDatabase(appliance.dataDir, `UPDATE behavry.agents SET permissions = '{*}' WHERE name = 'demo'`)
  token = await appliance.token()
  await eventually(async () => (await call('echo', 'warm')).answer.result?.isError !== true)
}, 60_000)
afterAll(async () => {
  backend.stop()
  await appliance.stop()
  removeFolder(appliance.dataDir)
}, 60_000)

async function added(...args: readonly string[]): Promise<void> {
  const { exitCode, stderr } = await appliance.cli('server', 'add', ...args)
  if (exitCode !== 0) throw new Error(stderr)
}
const call = (tool: string, id: string | number = 7, server = 'hostile') =>
  post(appliance, token, toolCall(id, tool, { text: 'x' }), {}, server)
const outcomesOf = async (tool: string) =>
  (await auditOf(appliance))
    .filter(({ event_type, tool_name }) => event_type === 'tool_call.outcome' && tool_name === tool)
    .map(({ outcome, error }) => [outcome, error])

describe('no answer, or none that is one: JSON-RPC error with the caller’s id', () => {
  test.each([
    ['hang', 'backend_timeout', 'unknown'],
    ['drip', 'backend_timeout', 'unknown'],
    ['bad-json', 'backend_invalid', 'unknown'],
    ['two-objects', 'backend_invalid', 'unknown'],
    ['batch', 'backend_invalid', 'unknown'],
    ['wrong-id', 'backend_invalid', 'unknown'],
    ['string-id', 'backend_invalid', 'unknown'],
    ['array-result', 'backend_invalid', 'unknown'],
    ['null-result', 'backend_invalid', 'unknown'],
    ['bad-utf8', 'backend_invalid', 'unknown'],
    ['deep', 'backend_invalid', 'unknown'],
    ['empty', 'backend_invalid', 'unknown'],
    ['html', 'backend_invalid', 'unknown'],
    ['sse-cut', 'backend_unavailable', 'unknown'],
    ['500', 'backend_unavailable', 'unknown'],
  ])('%s', async (tool, code, outcome) => {
    const { status, answer, text } = await call(tool, `id of ${tool}`)
    expect(status).toBe(200)
    expect(answer.id).toBe(`id of ${tool}`)
    expect(answer.error?.code).toBe(-32002)
    expect(answer.error?.data?.code).toBe(code)
    expect(answer.error?.data?.event_id).toMatch(/^[0-9a-f-]{36}$/)
    expect(text).not.toContain('secret stack trace')
    const [first] = await outcomesOf(tool)
    expect(first?.[0]).toBe(outcome)
  })

  test('an error of the backend passes as it is, with the caller’s id', async () => {
    const { answer } = await call('error', 41)
    expect(answer).toEqual({ jsonrpc: '2.0', id: 41, error: { code: -32055, message: 'no' } })
    expect(await outcomesOf('error')).toEqual([['failed', undefined]])
  })

  test('a redirect is not followed', async () => {
    expect((await call('redirect')).answer.error?.code).toBe(-32002)
    expect(backend.seen).not.toContain('/canary')
  })

  test('a connection reset in the middle is never tried twice', async () => {
    const once = await startRawHttp('', 'at-once')
    await added('reset', once.url, '--timeout-ms', '2000')
    const { answer } = await call('anything', 9, 'reset')
    expect(answer.id).toBe(9)
    expect(answer.error).toBeDefined()
    expect(once.calls()).toBeLessThanOrEqual(1)
    once.stop()
  })
})

test('what the agent holds never reaches the backend', async () => {
  const { answer } = await post(appliance, token, toolCall(1, 'headers'), { cookie: 'session=abc', 'x-api-key': 'k' }, 'hostile')
  const text = JSON.stringify(answer.result)
  expect(text).not.toContain(token)
  expect(text).not.toContain('session=abc')
  expect(text).not.toContain('x-api-key')
})

test('a call that hangs holds up nobody else, and its ids are not mixed up', async () => {
  const answers = await Promise.all([call('hang', 'slow'), ...Array.from({ length: 20 }, (_, i) => call('echo', i))])
  expect(answers.map(({ answer }) => answer.id)).toEqual(['slow', ...Array.from({ length: 20 }, (_, i) => i)])
  expect(answers.slice(1).every(({ answer }) => answer.result !== undefined)).toBe(true)
  const demo = await post(appliance, token, toolCall('d', 'list_notes'))
  expect(demo.answer.result).toBeDefined()
})

test('a backend that is gone is named, the call is not sent, and it works again once it is back', async () => {
  const { url } = backend
  backend.stop()
  const { answer } = await call('echo', 'gone')
  expect(answer.id).toBe('gone')
  expect(answer.error?.data?.code).toBe('backend_unavailable')
  expect((await post(appliance, token, toolCall('d', 'list_notes'))).answer.result).toBeDefined()
  expect(url).toContain('127.0.0.1')
})

test('a revoked token is out within a second, on a live connection', async () => {
  const mine = await appliance.token()
  expect((await post(appliance, mine, toolCall(1, 'list_notes'))).status).toBe(200)
  const session = (JSON.parse(Buffer.from(mine.split('.')[1] ?? '', 'base64url').toString()) as { readonly jti: string }).jti
  expect((await appliance.cli('token', 'revoke', session)).exitCode).toBe(0)
  const { status, answer } = await post(appliance, mine, toolCall(2, 'list_notes'))
  expect([status, answer.error?.data?.code, answer.id]).toEqual([401, 'token_revoked', 2])
  expect((await appliance.cli('token', 'revoke', session)).exitCode).toBe(3)
})

test('a suspended agent is out within a second, and so is one whose epoch was raised', async () => {
  await inDatabase(appliance.dataDir, `UPDATE behavry.agents SET status = 'suspended' WHERE name = 'demo'`)
  await Bun.sleep(1_000)
  expect((await call('echo')).answer.error?.data?.code).toBe('agent_suspended')
  await inDatabase(appliance.dataDir, `UPDATE behavry.agents SET status = 'active', epoch = epoch + 1 WHERE name = 'demo'`)
  await Bun.sleep(1_000)
  expect((await call('echo')).answer.error?.data?.code).toBe('token_revoked')
  token = await appliance.token()
})

test('the kill switch is in force within a second, and ends as soon', async () => {
  const listed = () => post(appliance, token, toolCall(1, 'list_notes'))
  await inDatabase(
    appliance.dataDir,
    `INSERT INTO behavry.kill_switches (id, scope, reason, engaged_by) VALUES (gen_random_uuid(), 'global', 'drill', 'test')`,
  )
  await Bun.sleep(1_000)
  expect((await listed()).answer.result).toMatchObject({
    isError: true,
    _meta: { 'behavry/decision': { result: 'deny', reason_code: 'kill_switch' } },
  })
  await inDatabase(appliance.dataDir, 'DELETE FROM behavry.kill_switches')
  await Bun.sleep(1_000)
  expect((await listed()).answer.result?.isError).not.toBe(true)
})

test('what was recorded verifies', async () => {
  expect((await appliance.cli('audit', 'verify')).exitCode).toBe(0)
  expect(appliance.log()).not.toContain(token)
})
