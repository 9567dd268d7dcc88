import { afterAll, beforeAll, expect, test } from 'bun:test'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { type Appliance, removeFolder, startAppliance, temporaryFolder } from '../stage/appliance.ts'
import { auditOf, callTool, eventually, inDatabase } from './stage.ts'

/** The reference filesystem server from npm, over stdio, registered by the operator; the agent gets one permission more than it has. */
const root = join(import.meta.dir, '..', '..')
const programs = temporaryFolder()
let appliance: Appliance
let client: Client
let folder = ''

beforeAll(async () => {
  const entry = join(root, 'node_modules', '@modelcontextprotocol', 'server-filesystem', 'dist', 'index.js')
  const built = await Bun.build({ entrypoints: [entry], target: 'node' })
  const program = join(programs, 'server-filesystem.mjs')
  await Bun.write(program, built.outputs[0] ?? '')
  chmodSync(program, 0o644)

  appliance = await startAppliance()
  folder = join(appliance.dataDir, 'tools', 'files')
  mkdirSync(join(appliance.dataDir, 'tools'), { recursive: true })
  const added = await appliance.cli('server', 'add', 'fs', '--folder', folder, '--timeout-ms', '20000', '--', 'node', program, folder)
  expect(added).toMatchObject({ exitCode: 0, stderr: '' })
  const token = await appliance.token()
  client = await appliance.connect('fs', token)
  writeFileSync(join(folder, 'plan.txt'), 'ship it')
  chmodSync(join(folder, 'plan.txt'), 0o644)
}, 60_000)
afterAll(async () => {
  await client.close()
  await appliance.stop()
  removeFolder(appliance.dataDir)
  removeFolder(programs)
}, 60_000)

const read = (path: string) => callTool(client, 'read_text_file', { path })

test('without a permission for this server nothing is let through', async () => {
  expect((await read(join(folder, 'plan.txt'))).decision).toMatchObject({ result: 'deny', reason_code: 'no_policy_allows' })
})

test('with one to read: reading passes, as soon as the database says so', async () => {
  await inDatabase(appliance.dataDir, `UPDATE behavry.agents SET permissions = permissions || '{fs:read}' WHERE name = 'demo'`)
  expect(await eventually(async () => !(await read(join(folder, 'plan.txt'))).isError)).toBe(true)
  expect((await read(join(folder, 'plan.txt'))).text).toContain('ship it')
  expect((await callTool(client, 'list_directory', { path: folder })).text).toContain('plan.txt')
  expect((await callTool(client, 'directory_tree', { path: folder })).text).toContain('plan.txt')
})

test.each([
  ['/etc/passwd', 'The call names a place where secrets are kept.'],
  ['/proc/self/environ', 'The call names a place where secrets are kept.'],
  ['../../keys/jwt-private.pem', 'The call names a path that climbs out of its folder.'],
  ['/tmp/%2e%2e/etc/shadow', 'The call names a place where secrets are kept.'],
])('%s is denied by policy, before the server is asked', async (path, reason) => {
  expect((await read(path)).decision).toMatchObject({ result: 'deny', policy: 'base.filesystem', reason })
})

test('the keys of the appliance are out of the server’s reach even where no policy names them', async () => {
  const told = await read(join(appliance.dataDir, 'keys', 'jwt-private.pem'))
  expect(told.text).not.toContain('PRIVATE KEY')
  expect(told.isError).toBe(true)
})

test('a write is held, passes once when approved, and the file is there', async () => {
  const path = join(folder, 'new.txt')
  const write = () => callTool(client, 'write_file', { path, content: 'hello' })
  const held = await write()
  expect(held.decision).toMatchObject({ result: 'escalate', reason_code: 'approval_pending' })
  expect(existsSync(path)).toBe(false)
  expect((await appliance.cli('escalation', 'approve', String(held.decision?.escalation_id))).exitCode).toBe(0)
  expect((await write()).isError).toBe(false)
  expect(readFileSync(path, 'utf8')).toBe('hello')
})

test('a tool of an unknown verb is nobody’s to allow', async () => {
  const told = await callTool(client, 'move_file', { source: join(folder, 'plan.txt'), destination: join(folder, 'gone.txt') })
  expect(told.isError).toBe(true)
  expect(existsSync(join(folder, 'plan.txt'))).toBe(true)
})

test('a removed server is gone for the agent at once', async () => {
  expect((await appliance.cli('server', 'remove', 'fs')).exitCode).toBe(0)
  expect(read(join(folder, 'plan.txt'))).rejects.toThrow('No MCP server is registered under that id')
  const events = await auditOf(appliance)
  const operator = events.filter(({ event_type }) => event_type.startsWith('server.'))
  expect(operator.map(({ event_type, actor, mcp_server }) => [event_type, String(actor).split(':')[0], mcp_server])).toEqual([
    ['server.added', 'local', 'fs'],
    ['server.removed', 'local', 'fs'],
  ])
  expect(events.filter(({ target }) => target === '/etc/passwd').map(({ event_type }) => event_type)).toEqual(['tool_call.decision'])
  expect((await appliance.cli('audit', 'verify')).exitCode).toBe(0)
})
