import { afterAll, expect, test } from 'bun:test'
import { chmodSync, copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { version } from '../../package.json'
import { binary, removeFolder, temporaryFolder } from '../stage/appliance.ts'
import { serve } from './process.ts'

/** The file alone, copied to a place where nothing else of this checkout is, in a folder that somebody else filled. */
const place = temporaryFolder()
const trap = temporaryFolder()
const copy = join(place, 'behavry')
copyFileSync(binary, copy)
chmodSync(copy, 0o755)
afterAll(() => {
  removeFolder(place)
  removeFolder(trap)
})

const sprung = join(trap, 'sprung')
const payload = `require('node:fs').writeFileSync(${JSON.stringify(sprung)}, 'x')\n`
for (const [name, text] of Object.entries({
  '.env': 'BEHAVRY_KILL_SWITCH=true\nBEHAVRY_LISTEN=nowhere\n',
  '.env.local': 'BEHAVRY_ENV=nonsense\n',
  '.env.production': 'BEHAVRY_ENV=nonsense\n',
  'bunfig.toml': 'preload = ["./preload.js"]\n[run]\npreload = ["./preload.js"]\n[test]\npreload = ["./preload.js"]\n',
  'preload.js': payload,
  'index.js': payload,
  'package.json': '{ "type": "commonjs", "main": "./preload.js", "imports": { "#x": "./preload.js" }, "version": "6.6.6" }',
  'tsconfig.json': '{ "compilerOptions": { "paths": { "*": ["./preload.js"] }, "baseUrl": "." } }',
  'jsconfig.json': '{ "compilerOptions": { "paths": { "*": ["./preload.js"] } } }',
})) {
  writeFileSync(join(trap, name), text)
}
for (const name of ['pg', 'elysia', 'jose', 'commander', 'chalk', 'kysely', 'pg-native', 'react-devtools-core', 'typescript']) {
  mkdirSync(join(trap, 'node_modules', name), { recursive: true })
  writeFileSync(join(trap, 'node_modules', name, 'index.js'), payload)
  writeFileSync(join(trap, 'node_modules', name, 'package.json'), `{ "name": "${name}", "main": "index.js" }`)
}

async function run(args: readonly string[], cwd: string) {
  const child = Bun.spawn([copy, ...args], { cwd, env: { PATH: '/usr/bin:/bin' }, stdin: 'ignore', stdout: 'pipe', stderr: 'pipe' })
  const [stdout, stderr, exitCode] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text(), child.exited])
  return { stdout, stderr, exitCode }
}

test('--version, version and --help work from an empty folder', async () => {
  expect(await run(['--version'], place)).toEqual({ stdout: `${version}\n`, stderr: '', exitCode: 0 })
  expect((await run(['version'], place)).stdout).toStartWith(`behavry ${version} (`)
  const help = await run(['--help'], place)
  expect(help.exitCode).toBe(0)
  expect(help.stdout).toContain('serve')
})

test('it serves alone, and nothing in its working directory has any effect', async () => {
  const dataDir = temporaryFolder()
  expect((await run(['--version'], trap)).stdout).toBe(`${version}\n`)
  const serving = await serve({ dataDir, cwd: trap, program: copy })
  await serving.ready()
  const issued = await run(['--data-dir', dataDir, 'token', 'issue', '--agent', 'demo'], trap)
  expect(issued).toMatchObject({ exitCode: 0, stderr: '' })
  const response = await fetch(`${serving.url}/mcp/v1/demo`, {
    method: 'POST',
    headers: { authorization: `Bearer ${issued.stdout.trim()}`, 'content-type': 'application/json' },
    body: '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_notes","arguments":{}}}',
  })
  const answer = (await response.json()) as {
    readonly result: { readonly isError?: boolean; readonly content: readonly { readonly text: string }[] }
  }
  expect(answer.result.isError ?? false).toBe(false)
  expect(answer.result.content[0]?.text).toContain('welcome')
  expect(existsSync(sprung)).toBe(false)
  serving.kill('SIGTERM')
  expect(await serving.exited).toBe(0)
  expect((await run(['--data-dir', dataDir, 'audit', 'verify'], trap)).stdout).toStartWith('Intact')
  expect(existsSync(sprung)).toBe(false)
  removeFolder(dataDir)
}, 60_000)

test('the published health, keys and error shapes, over the network', async () => {
  const dataDir = temporaryFolder()
  const serving = await serve({ dataDir, program: copy, cwd: place })
  await serving.ready()
  const get = async (path: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${serving.url}${path}`, { headers })
    return { status: response.status, headers: response.headers, body: (await response.json()) as Readonly<Record<string, unknown>> }
  }
  expect((await get('/health')).body).toEqual({ status: 'ok', service: 'behavry', version })
  expect((await get('/health/live')).status).toBe(200)
  expect((await get('/health/ready')).body).toMatchObject({
    status: 'ready',
    components: { database: { status: 'ready' }, journal: { status: 'ready' } },
  })
  const jwks = await get('/.well-known/jwks.json', { origin: 'https://anybody.example' })
  expect(jwks.headers.get('cache-control')).toBe('public, max-age=3600')
  expect(jwks.headers.get('access-control-allow-origin')).toBe('*')
  expect(jwks.body).toEqual({ keys: [{ kty: 'RSA', use: 'sig', alg: 'RS256', kid: 'behavry-rs256', n: expect.any(String), e: 'AQAB' }] })
  for (const path of ['/api/v1/audit', '/api/v1/servers', '/api/v1/escalations']) {
    expect((await get(path, { 'x-behavry-os-user': 'root' })).body).toMatchObject({ error: { code: 'token_missing' } })
  }
  expect((await get('/nothing')).body).toEqual({ error: { code: 'not_found', message: expect.any(String), error_id: expect.any(String) } })
  serving.kill('SIGTERM')
  expect(await serving.exited).toBe(0)
  removeFolder(dataDir)
}, 60_000)
