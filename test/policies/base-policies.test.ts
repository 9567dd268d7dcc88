import { beforeAll, describe, expect, test } from 'bun:test'
import { loadBasePolicies } from '../../policies/embed.ts'
import type { Action } from '../../server/domain/call.ts'
import type { Judge } from '../../server/domain/policy.ts'
import { type Decision, strictest } from '../../server/domain/verdict.ts'
import { createOpaWasmJudge } from '../../server/judge/opa-wasm.ts'
import { policyInput } from '../judge/policy-input.ts'

let judge: Judge
const faults: unknown[] = []

beforeAll(async () => {
  const { wasm, policies, revision } = await loadBasePolicies()
  judge = await createOpaWasmJudge(wasm, policies, revision, (policyId, cause) => faults.push([policyId, cause]))
})

interface Story {
  readonly call: readonly [server: string, tool: string, action: Action, ...resources: string[]]
  readonly held: readonly string[]
  readonly decision: Decision
  /** Source and code of the winner. */
  readonly by: string
  /** Everybody who spoke; silence of all others is part of the story. */
  readonly voices?: readonly string[]
  readonly parameters?: Readonly<Record<string, string>>
}

const reader = ['demo:read']

const stories: readonly Story[] = [
  // the first minute of a newcomer: all three decisions
  {
    call: ['demo', 'read_note', 'read', 'welcome'],
    held: reader,
    decision: 'allow',
    by: 'base.permissions policy_allow',
    voices: ['base.permissions'],
  },
  {
    call: ['demo', 'list_notes', 'read'],
    held: reader,
    decision: 'allow',
    by: 'base.permissions policy_allow',
    voices: ['base.permissions'],
  },
  {
    call: ['demo', 'write_note', 'write', 'shopping'],
    held: reader,
    decision: 'escalate',
    by: 'base.permissions approval_required',
    voices: ['base.permissions'],
  },
  {
    call: ['demo', 'delete_note', 'delete', 'welcome'],
    held: reader,
    decision: 'deny',
    by: 'base.permissions policy_deny',
    voices: ['base.permissions'],
  },
  // more rights, less rights
  { call: ['demo', 'write_file', 'write', 'notes/a.md'], held: ['demo:write'], decision: 'allow', by: 'base.permissions policy_allow' },
  { call: ['demo', 'write_file', 'write', 'notes/a.md'], held: ['*'], decision: 'allow', by: 'base.permissions policy_allow' },
  { call: ['demo', 'delete_note', 'delete', 'welcome'], held: ['*'], decision: 'escalate', by: 'base.permissions approval_required' },
  { call: ['demo', 'read_note', 'read', 'welcome'], held: [], decision: 'deny', by: 'default no_policy_allows', voices: [] },
  { call: ['demo', 'read_note', 'read', 'welcome'], held: ['fs:read'], decision: 'deny', by: 'default no_policy_allows', voices: [] },
  { call: ['demo', 'do_things', 'execute'], held: reader, decision: 'deny', by: 'default no_policy_allows', voices: [] },
  // secrets, whoever asks, wherever they stand
  {
    call: ['demo', 'read_file', 'read', '/etc/passwd'],
    held: ['*'],
    decision: 'deny',
    by: 'base.filesystem policy_deny',
    voices: ['base.filesystem', 'base.permissions'],
  },
  {
    call: ['fs', 'read_multiple_files', 'read', 'a.md', 'b.md', '.env'],
    held: ['fs:read'],
    decision: 'deny',
    by: 'base.filesystem policy_deny',
  },
  {
    call: ['fs', 'move_file', 'write', 'a.md', '/home/me/.ssh/config'],
    held: ['fs:write'],
    decision: 'deny',
    by: 'base.filesystem policy_deny',
    voices: ['base.blast_radius', 'base.filesystem', 'base.permissions'],
  },
  { call: ['unheard-of', 'run', 'execute', 'cat /root/x'], held: ['*'], decision: 'deny', by: 'base.filesystem policy_deny' },
  // the file server of the MCP project
  { call: ['fs', 'read_text_file', 'read', 'docs/a.md'], held: ['fs:read'], decision: 'allow', by: 'base.permissions policy_allow' },
  { call: ['fs', 'edit_file', 'write', 'docs/a.md'], held: ['fs:read'], decision: 'escalate', by: 'base.permissions approval_required' },
  { call: ['fs', 'create_directory', 'write', 'docs/new'], held: ['fs:write'], decision: 'allow', by: 'base.permissions policy_allow' },
  {
    call: ['fs', 'directory_tree', 'execute', 'docs'],
    held: ['fs:read'],
    decision: 'allow',
    by: 'base.filesystem policy_allow',
    voices: ['base.filesystem'],
  },
  {
    call: ['fs', 'write_file', 'write', 'agent/SOUL.md'],
    held: ['fs:write'],
    decision: 'escalate',
    by: 'base.blast_radius approval_required',
  },
  { call: ['fs', 'delete_folder', 'delete', '/srv'], held: ['*'], decision: 'deny', by: 'base.blast_radius policy_deny' },
  // one story a scoped policy: strictest wins over the permission
  {
    call: ['github', 'merge_pull_request', 'write', 'acme/app'],
    held: ['github:write'],
    decision: 'escalate',
    by: 'base.github approval_required',
    voices: ['base.github', 'base.permissions'],
  },
  {
    call: ['slack', 'slack_list_channels', 'execute'],
    held: ['slack:read'],
    decision: 'allow',
    by: 'base.slack policy_allow',
    voices: ['base.slack'],
  },
  {
    call: ['postgres', 'query', 'execute'],
    held: ['postgres:read'],
    decision: 'allow',
    by: 'base.database policy_allow',
    parameters: { sql: 'select 1' },
  },
  {
    call: ['postgres', 'query', 'execute'],
    held: ['*'],
    decision: 'deny',
    by: 'base.database policy_deny',
    parameters: { sql: 'DROP TABLE users' },
  },
  {
    call: ['web', 'fetch', 'network', 'http://169.254.169.254/'],
    held: ['*'],
    decision: 'deny',
    by: 'base.web policy_deny',
    voices: ['base.permissions', 'base.web'],
  },
]

describe('what the shipped policies decide together', () => {
  for (const { call, held, decision, by, voices, parameters } of stories) {
    const [server, tool, action, ...resources] = call
    test(`${action} ${server}/${tool} ${resources.join(' ')} with ${held.join(' ') || 'nothing'}`, async () => {
      const request = { mcp_server: server, tool_name: tool, action, resources, resource: resources[0] ?? '' }
      const opinions = await judge.judge(policyInput({ ...request, ...(parameters ? { parameters } : {}) }, { permissions: held }))
      const verdict = strictest(opinions)
      expect(`${verdict.decision} by ${verdict.winner.source} ${verdict.winner.reasonCode}`).toBe(`${decision} by ${by}`)
      if (voices) expect(opinions.map(opinion => opinion.source)).toEqual([...voices])
      expect(faults).toEqual([])
    })
  }
})

test('the revision and the hashes are content hashes', async () => {
  const { policies, revision } = await loadBasePolicies()
  expect(revision).toMatch(/^[0-9a-f]{64}$/)
  for (const { id, sha256 } of policies) {
    const text = await Bun.file(`${import.meta.dir}/../../policies/${id.replaceAll('.', '/')}.rego`).text()
    expect(sha256).toBe(new Bun.CryptoHasher('sha256').update(text).digest('hex'))
  }
})
