import { afterAll, expect, test } from 'bun:test'
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runDemoServer } from '../../../server/mcp/demo-server.ts'

const dir = mkdtempSync(join(tmpdir(), 'behavry-demo-'))
afterAll(() => rmSync(dir, { recursive: true }))

type Reply = {
  readonly id: unknown
  readonly result?: { readonly isError?: boolean; readonly content?: { text: string }[]; [key: string]: unknown }
  readonly error?: { code: number }
}

/** What the server answers to these lines, as one session. */
async function session(lines: readonly string[], folder = dir): Promise<readonly Reply[]> {
  const replies: Reply[] = []
  const input = new Blob([lines.map(line => `${line}\n`).join('')]).stream()
  await runDemoServer(folder, { input, write: text => replies.push(JSON.parse(text)) })
  return replies
}

async function callOne(name: string, args: unknown = {}): Promise<Reply> {
  const [reply] = await session([JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } })])
  if (reply === undefined) throw new Error('no reply')
  return reply
}

const textOf = (reply: Reply) => `${reply.result?.isError ? 'error: ' : ''}${reply.result?.content?.[0]?.text}`

const toolsOf = (reply: Reply | undefined) => (reply?.result?.tools ?? []) as readonly { readonly name: string; readonly title: string }[]

test('answers the protocol', async () => {
  const ask = (id: number, method: string, params: object = {}) => JSON.stringify({ jsonrpc: '2.0', id, method, params })
  const replies = await session([
    ask(1, 'initialize', { protocolVersion: '2025-03-26' }),
    ask(2, 'initialize', { protocolVersion: '2030-01-01' }),
    '{"jsonrpc":"2.0","method":"notifications/initialized"}',
    '',
    ask(3, 'ping'),
    ask(4, 'tools/list'),
    ask(5, 'nonsense'),
    ask(6, 'constructor'),
    'not json',
    '[]',
  ])
  expect(replies.map(reply => reply.id)).toEqual([1, 2, 3, 4, 5, 6, null, null])
  expect(replies[0]?.result?.protocolVersion).toBe('2025-03-26')
  expect(replies[1]?.result?.protocolVersion).toBe('2025-11-25')
  expect(toolsOf(replies[3]).map(tool => tool.name)).toEqual([
    'list_notes',
    'read_note',
    'write_note',
    'delete_note',
    'list_files',
    'read_file',
    'write_file',
    'delete_file',
  ])
  expect(replies.slice(4).map(reply => reply.error?.code)).toEqual([-32601, -32601, -32700, -32600])
})

test('every tool says what it does to the world', async () => {
  const [reply] = await session(['{"jsonrpc":"2.0","id":1,"method":"tools/list"}'])
  expect(toolsOf(reply)).toHaveLength(8)
  for (const tool of toolsOf(reply)) {
    const reads = /^(list|read)_/.test(tool.name)
    expect(tool).toMatchObject({
      title: expect.any(String),
      annotations: { readOnlyHint: reads, destructiveHint: !reads },
      inputSchema: { type: 'object' },
    })
  }
})

test('keeps notes', async () => {
  expect(textOf(await callOne('list_notes'))).toBe('meeting\nshopping\nwelcome')
  expect(textOf(await callOne('write_note', { note: 'Füße 1', text: 'hallo' }))).toBe('Wrote Füße 1 (5 bytes).')
  expect(textOf(await callOne('read_note', { note: 'Füße 1' }))).toBe('hallo')
  expect(textOf(await callOne('delete_note', { note: 'Füße 1' }))).toBe('Deleted Füße 1.')
  expect(textOf(await callOne('read_note', { note: 'Füße 1' }))).toBe('error: There is no file of that name.')
})

test('fills a folder once: what was deleted stays deleted', async () => {
  await callOne('delete_note', { note: 'shopping' })
  expect(textOf(await callOne('list_notes'))).toBe('meeting\nwelcome')
})

test('stays in its folder', async () => {
  const outside = join(dir, '..', 'behavry-outside.txt')
  writeFileSync(outside, 'PRIVATE')
  symlinkSync(outside, join(dir, 'files', 'link.txt'))
  symlinkSync(join(dir, '..'), join(dir, 'files', 'up'))
  const paths = [
    '../behavry-outside.txt',
    '../../behavry-outside.txt',
    outside,
    '/etc/passwd',
    'link.txt',
    'up/behavry-outside.txt',
    'a/../../x',
    './x',
    '',
    'a//b',
    'a\0b',
    'up',
  ]
  for (const path of paths) {
    for (const tool of ['read_file', 'write_file']) {
      const text = textOf(await callOne(tool, { path, text: 'OVERWRITTEN' }))
      expect(text).toStartWith('error: ')
      expect(text).not.toContain('PRIVATE')
      expect(text).not.toContain(dir)
    }
  }
  expect(readFileSync(outside, 'utf8')).toBe('PRIVATE')
  expect(textOf(await callOne('delete_file', { path: 'link.txt' }))).toBe('Deleted link.txt.')
  expect(existsSync(outside)).toBe(true)
  expect(textOf(await callOne('list_files'))).toBe('customers.csv\nreport.txt')
  rmSync(outside)
})

const refusals: readonly (readonly [string, unknown, RegExp])[] = [
  ['read_note', {}, /"note" is missing/],
  ['read_note', { note: 1 }, /"note" is missing or not text/],
  ['read_note', { note: 'welcome', extra: 1 }, /does not take/],
  ['read_note', { note: '../files/report' }, /A title begins/],
  ['write_file', { path: 'big', text: 'x'.repeat(1024 * 1024 + 1) }, /at most 1048576 bytes/],
  ['read_file', { path: 'a/'.repeat(20) }, /A path is relative/],
  ['delete_file', { path: 'nothing' }, /no file of that name/],
]
for (const [tool, args, message] of refusals) {
  test(`${tool} refuses ${JSON.stringify(args).slice(0, 40)}`, async () => {
    const reply = await callOne(tool, args)
    expect(reply.result?.isError).toBe(true)
    expect(textOf(reply)).toMatch(message)
  })
}

test('an unknown tool is a protocol error', async () => {
  for (const name of ['nothing', 'constructor', '__proto__']) expect((await callOne(name)).error?.code).toBe(-32602)
})
