import { describe, expect, test } from 'bun:test'
import type { Action } from '../../server/domain/call.ts'
import type { PolicyScope } from '../../server/domain/policy.ts'
import { covers, indexByScope } from '../../server/judge/scope.ts'
import { policyInput } from './policy-input.ts'

const scopes: Readonly<Record<string, PolicyScope>> = {
  everywhere: {},
  nowhere: { servers: [] },
  demo: { servers: ['demo'] },
  two: { servers: ['fs', 'demo'] },
  writes: { actions: ['write', 'delete'] },
  tool: { tools: ['write_note'] },
  agent: { agents: ['a-1'] },
  all_four: { servers: ['demo'], tools: ['write_note'], actions: ['write'], agents: ['a-1'] },
}

const policies = Object.entries(scopes).map(([id, scope]) => ({ id, scope }))
const asked = indexByScope(policies)

const stories: readonly [server: string, tool: string, action: Action, agent: string, expected: readonly string[]][] = [
  ['demo', 'write_note', 'write', 'a-1', ['everywhere', 'demo', 'two', 'writes', 'tool', 'agent', 'all_four']],
  ['demo', 'write_note', 'write', 'a-2', ['everywhere', 'demo', 'two', 'writes', 'tool']],
  ['demo', 'read_note', 'read', 'a-1', ['everywhere', 'demo', 'two', 'agent']],
  ['fs', 'write_note', 'delete', 'a-2', ['everywhere', 'two', 'writes', 'tool']],
  ['mail', 'send', 'send', 'a-2', ['everywhere']],
  ['DEMO', 'write_note ', 'read', 'A-1', ['everywhere']],
  ['__proto__', 'constructor', 'read', 'toString', ['everywhere']],
]

describe('the index asks exactly the policies whose scope covers the call', () => {
  for (const [server, tool, action, agent, expected] of stories) {
    test(`${agent} ${action} ${server}/${tool}`, () => {
      const input = policyInput({ mcp_server: server, tool_name: tool, action }, { id: agent })
      expect(asked(input).map(policy => policy.id)).toEqual([...expected])
      expect(policies.filter(policy => covers(policy.scope, input)).map(policy => policy.id)).toEqual([...expected])
    })
  }
})

test('no policies, nobody asked', () => {
  expect(indexByScope([])(policyInput())).toEqual([])
})
