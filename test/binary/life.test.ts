import { afterAll, expect, test } from 'bun:test'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { decisionOf, post, toolCall } from '../scenarios/stage.ts'
import { removeFolder, runCli, startAppliance, temporaryFolder } from '../stage/appliance.ts'
import { serve } from './process.ts'

/** How the binary starts, ends, and comes back. */
const folders: string[] = []
const folder = () => {
  const made = temporaryFolder()
  folders.push(made)
  return made
}
afterAll(() => {
  for (const made of folders) removeFolder(made)
})
const events = async (dataDir: string) => {
  const { stdout } = await runCli(dataDir, ['--json', 'audit', 'tail', '-n', '100'])
  return stdout.split('\n').flatMap(line => (line === '' ? [] : [(JSON.parse(line) as { readonly event_type: string }).event_type]))
}

test('SIGTERM: exit 0, promptly, the journal flushed, start and stop recorded', async () => {
  const dataDir = folder()
  const first = await startAppliance({ dataDir })
  const token = await first.token()
  const answers = await Promise.all(Array.from({ length: 10 }, (_, i) => post(first, token, toolCall(i, 'list_notes'))))
  expect(answers.every(({ answer }) => answer.result !== undefined)).toBe(true)
  const before = performance.now()
  expect(await first.stop()).toBe(0)
  expect(performance.now() - before).toBeLessThan(8_000)
  expect((await runCli(dataDir, ['audit', 'verify'])).exitCode).toBe(0)

  const second = await startAppliance({ dataDir })
  const types = await events(dataDir)
  expect(types.filter(type => type === 'tool_call.outcome')).toHaveLength(10)
  expect(types.filter(type => type.startsWith('appliance.'))).toEqual(['appliance.started', 'appliance.stopped', 'appliance.started'])
  expect(types.at(-2)).toBe('appliance.stopped')
  expect(await second.stop()).toBe(0)
}, 60_000)

test('a second SIGTERM ends it at once', async () => {
  const dataDir = folder()
  const backend = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Promise<Response>(() => {}) })
  const serving = await serve({ dataDir })
  await serving.ready()
  await runCli(dataDir, ['server', 'add', 'slow', `http://127.0.0.1:${backend.port}/mcp`, '--timeout-ms', '60000'])
  const token = (await runCli(dataDir, ['token', 'issue', '--agent', 'demo'])).stdout.trim()
  const hanging = fetch(`${serving.url}/mcp/v1/slow`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: toolCall(1, 'x'),
  }).catch(() => undefined)
  await Bun.sleep(300)
  serving.kill('SIGTERM')
  await Bun.sleep(300)
  const before = performance.now()
  serving.kill('SIGTERM')
  expect(await serving.exited).toBe(1)
  expect(performance.now() - before).toBeLessThan(3_000)
  await hanging
  await backend.stop(true)
}, 60_000)

test('SIGKILL, then a new start: it comes back with everything that was answered', async () => {
  const dataDir = folder()
  const first = await startAppliance({ dataDir })
  const token = await first.token()
  const { answer } = await post(first, token, toolCall(1, 'delete_note', { note: 'welcome' }))
  const decision = decisionOf(answer)
  await first.kill()
  const second = await startAppliance({ dataDir })
  const { stdout } = await second.cli('--json', 'audit', 'tail')
  expect(stdout).toContain(decision.event_id ?? 'none')
  expect((await post(second, token, toolCall(2, 'list_notes'))).answer.result).toBeDefined()
  expect((await second.cli('audit', 'verify')).exitCode).toBe(0)
  expect(await second.stop()).toBe(0)
}, 60_000)

test('a port in use: exit 2, one clear sentence, nothing left running', async () => {
  const taken = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response() })
  const dataDir = folder()
  const serving = await serve({ dataDir, port: taken.port ?? 0 })
  expect(await serving.exited).toBe(2)
  expect(serving.output()).toContain(`Cannot listen on 127.0.0.1:${taken.port}`)
  expect(serving.output()).not.toMatch(/\bat .*\.ts:\d+/)
  await taken.stop(true)
  const after = await startAppliance({ dataDir })
  expect(await after.stop()).toBe(0)
}, 60_000)

test('a second serve on the same data directory is refused, and the first goes on', async () => {
  const dataDir = folder()
  const first = await startAppliance({ dataDir })
  const second = await serve({ dataDir })
  expect(await second.exited).toBeGreaterThan(0)
  expect(second.output()).toMatch(/behavry: .*(another|already|running|in use)/i)
  expect(second.output()).not.toMatch(/\bat .*\.ts:\d+/)
  expect((await first.cli('server', 'list')).exitCode).toBe(0)
  expect((await post(first, await first.token(), toolCall(1, 'list_notes'))).answer.result).toBeDefined()
  expect(await first.stop()).toBe(0)
}, 60_000)

test('nobody else may read what lies in the data directory, and no secret is on a command line or in the log', async () => {
  const dataDir = folder()
  const appliance = await startAppliance({
    dataDir,
    env: { BEHAVRY_APP_SECRET_KEY: 'QmV0YS1nYW1tYS1kZWx0YS1lcHNpbG9uLXpldGEtZXRh', BEHAVRY_LOG_LEVEL: 'debug' },
  })
  const token = await appliance.token()
  await post(appliance, token, toolCall(1, 'read_note', { note: 'welcome' }))
  await post(appliance, `${token.slice(0, -4)}AAAA`, toolCall(1, 'read_note'))
  const mode = (path: string) => statSync(join(dataDir, path)).mode & 0o777
  expect(mode('admin.sock')).toBe(0o600)
  expect(mode('keys')).toBe(0o700)
  for (const name of readdirSync(join(dataDir, 'keys'))) expect(mode(join('keys', name))).toBe(0o600)
  expect(mode('.') & 0o066).toBe(0)
  expect(mode('postgres') & 0o066).toBe(0)
  const pem = readFileSync(join(dataDir, 'keys', 'jwt-private.pem'), 'utf8').split('\n')[3] ?? 'none'
  const lines = readdirSync('/proc').flatMap(pid => (/^\d+$/.test(pid) ? [commandLine(pid)] : []))
  const seen = [...lines, appliance.log()].join('\n')
  for (const secret of [token, token.split('.')[2] ?? 'none', pem, 'QmV0YS1nYW1tYS1kZWx0YS1lcHNpbG9uLXpldGEtZXRh'])
    expect(seen).not.toContain(secret)
  expect(await appliance.stop()).toBe(0)
}, 60_000)

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    // It has ended since.
    return ''
  }
}
