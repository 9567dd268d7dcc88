import { afterAll, beforeAll, expect, test } from 'bun:test'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { type Appliance, removeFolder, startAppliance } from '../stage/appliance.ts'
import { auditOf, callTool, type Event } from './stage.ts'

/**
 * The first hour of a newcomer, with the compiled binary and the official client. Each scene says what is asked, what is decided, what is recorded, and what
 * did not reach the backend.
 */
let appliance: Appliance
let client: Client
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/

beforeAll(async () => {
  appliance = await startAppliance()
  client = await appliance.connect('demo', await appliance.token())
}, 60_000)
afterAll(async () => {
  await client.close()
  await appliance.stop()
  removeFolder(appliance.dataDir)
}, 60_000)

/** The demo server's own folder: what the backend did, not what it says. */
const notes = () => readdirSync(join(appliance.dataDir, 'tools', 'demo', 'notes')).sort()
const note = (name: string) => join(appliance.dataDir, 'tools', 'demo', 'notes', `${name}.md`)
const write = (text: string) => callTool(client, 'write_note', { note: 'todo', text })
let escalationId = ''

test('the tools of the backend are the tools that the agent sees', async () => {
  const { tools } = await client.listTools()
  expect(tools.map(({ name }) => name)).toEqual([
    'list_notes',
    'read_note',
    'write_note',
    'delete_note',
    'list_files',
    'read_file',
    'write_file',
    'delete_file',
  ])
  expect(client.getServerVersion()?.name).toContain('demo')
})

test('a read is allowed', async () => {
  const told = await callTool(client, 'read_note', { note: 'welcome' })
  expect(told).toMatchObject({ isError: false, decision: undefined })
  expect(told.text).toBe(readFileSync(note('welcome'), 'utf8'))
})

test('a delete is denied, with a reason that a person and a program can read', async () => {
  const before = notes()
  const told = await callTool(client, 'delete_note', { note: 'welcome' })
  expect(told.isError).toBe(true)
  expect(told.decision).toEqual({
    result: 'deny',
    reason_code: 'policy_deny',
    reason: 'The agent may not delete or administer here.',
    policy: 'base.permissions',
    event_id: expect.stringMatching(uuid),
  })
  expect(told.text).toStartWith('Denied by behavry: The agent may not delete or administer here.')
  expect(notes()).toEqual(before)
})

test('a write is held for a person', async () => {
  const told = await write('buy milk')
  escalationId = String(told.decision?.escalation_id)
  expect(told.isError).toBe(true)
  expect(told.decision).toEqual({
    result: 'escalate',
    reason_code: 'approval_pending',
    reason: expect.stringContaining('The agent may read here but not write: a person has to approve.'),
    policy: 'base.permissions',
    event_id: expect.stringMatching(uuid),
    escalation_id: expect.stringMatching(uuid),
    retry_after: 10,
  })
  expect(told.text).toContain(escalationId)
  expect((await write('buy milk')).decision?.escalation_id).toBe(escalationId)
  expect(existsSync(note('todo'))).toBe(false)
})

test('approved by the operator, the same call passes once', async () => {
  const listed = await appliance.cli('--json', 'escalation', 'list', '--status', 'pending')
  expect(JSON.parse(listed.stdout)).toMatchObject([{ id: escalationId, tool: 'write_note', server: 'demo', agent: { name: 'demo' } }])
  expect(listed.stdout).not.toContain('buy milk')
  expect(await appliance.cli('escalation', 'approve', escalationId, '--note', 'fine')).toMatchObject({ exitCode: 0, stderr: '' })

  const changed = await write('buy milk and more')
  expect(changed.decision).toMatchObject({ reason_code: 'approval_pending' })
  expect(changed.decision?.escalation_id).not.toBe(escalationId)
  expect(existsSync(note('todo'))).toBe(false)

  expect(await write('buy milk')).toMatchObject({ isError: false, decision: undefined })
  expect(readFileSync(note('todo'), 'utf8')).toBe('buy milk')

  const again = await write('buy milk')
  expect(again.decision).toMatchObject({ reason_code: 'approval_pending' })
  expect(again.decision?.escalation_id).not.toBe(escalationId)
})

test('denied by the operator, the same call is refused for good', async () => {
  const held = await write('drop everything')
  const id = String(held.decision?.escalation_id)
  expect((await appliance.cli('escalation', 'deny', id, '--note', 'no')).exitCode).toBe(0)
  for (let i = 0; i < 2; i++) {
    expect((await write('drop everything')).decision).toMatchObject({
      result: 'deny',
      reason_code: 'approval_denied',
      policy: 'approvals',
      escalation_id: id,
    })
  }
  expect(readFileSync(note('todo'), 'utf8')).toBe('buy milk')
})

test('the journal tells exactly this story, in order, and verifies', async () => {
  const events = await auditOf(appliance)
  const story = events.filter(({ event_type }) => event_type !== 'mcp.request').map(lineOf)
  const held = 'tool_call.decision write_note escalate'
  expect(story).toEqual([
    'appliance.started',
    'token.issued',
    'tool_call.decision read_note allow',
    'tool_call.outcome read_note succeeded',
    'tool_call.decision delete_note deny',
    held,
    held,
    'escalation.approved write_note',
    held,
    'tool_call.decision write_note allow',
    'tool_call.outcome write_note succeeded',
    held,
    held,
    'escalation.denied write_note',
    'tool_call.decision write_note deny',
    'tool_call.decision write_note deny',
  ])
  const passed = events.find(event => event.grant_id !== undefined)
  expect(passed).toMatchObject({ event_type: 'tool_call.decision', policy_result: 'allow' })
  expect(JSON.stringify(events)).not.toMatch(/buy milk|drop everything|eyJ/)
  const verified = await appliance.cli('--json', 'audit', 'verify')
  expect(verified.exitCode).toBe(0)
  expect(JSON.parse(verified.stdout)).toMatchObject({ intact: true })
})

function lineOf(event: Event): string {
  return [event.event_type, event.tool_name, event.policy_result ?? event.outcome].filter(Boolean).join(' ')
}
