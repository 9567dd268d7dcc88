import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { withOpa } from '../../build/policies/opa.ts'
import { loadBasePolicies } from '../../policies/embed.ts'
import { actions } from '../../server/domain/call.ts'
import type { PolicyInput } from '../../server/domain/policy.ts'
import { createOpaWasmJudge } from '../../server/judge/opa-wasm.ts'
import { readOpinion } from '../../server/judge/opinion.ts'
import { covers } from '../../server/judge/scope.ts'
import { policyInput } from '../judge/policy-input.ts'

/** A generator of its own, so that a failure is the same on every machine (mulberry32). */
function dice(seed: number): <T>(choices: readonly T[]) => T {
  let state = seed
  return choices => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return choices[((t ^ (t >>> 14)) >>> 0) % choices.length] as (typeof choices)[number]
  }
}

const targets = [
  ...[
    ['demo', 'write_note'],
    ['demo', 'directory_tree'],
    ['fs', 'directory_tree'],
    ['fs', 'write_file'],
    ['unheard-of', 'directory_tree'],
  ],
  ...[
    ['github', 'create_issue'],
    ['github', 'push_files'],
    ['github', 'fork'],
    ['slack', 'slack_post_message'],
    ['slack', 'slack_list_channels'],
  ],
  ...[
    ['postgres', 'query'],
    ['postgres', 'list_tables'],
    ['web', 'fetch'],
  ],
]
const held = [
  [],
  ['*'],
  ['fs:read'],
  ['demo:read'],
  ['fs:read', 'fs:write'],
  ['github:write'],
  ['slack:send'],
  ['postgres:read'],
  ['web:network'],
]
const resources = [
  ...[
    'notes/a.md',
    '/etc/passwd',
    '../x',
    'a b/.env ',
    'C:\\Users\\x\\.ssh',
    '/srv',
    '/srv/a/b/c',
    '*',
    '',
    '~/.config/x',
    'SOUL.md',
    'ÄÖ/ß',
  ],
  ...[
    '#general',
    'C042',
    'main',
    'https://example.com/x',
    'http://127.0.0.1',
    'http://[::1]:80/',
    'http://0x7f.1',
    'ftp://a.example',
    '\u0000',
    '😀/x',
  ],
  ...[
    'select 1',
    'drop table a',
    'cat </root/x',
    'credentials',
    'rotate credentials',
    'İ/credentials',
    'ſ.env',
    'Kelvin/K',
    "'; --",
    'a,b;c, d',
  ],
]
const parameters = [
  ...[{}, { sql: 'select * from a' }, { sql: 'SELECT 1; DROP TABLE a' }, { query: 'delete from a where b = 1' }, { sql: 7, text: null }],
  ...[{ branch: 'main' }, { branch: 'feature/x' }, { branch: ['main'] }, { text: 'hi @here' }, { blocks: [{ text: '<!channel>' }] }],
  ...[{ content: 'x'.repeat(3_000) }, { deep: { deeper: [[{ sql: 'create table a' }]] } }, { '/*': '/*/ select */ 1 --' }],
]

function calls(count: number): readonly PolicyInput[] {
  const pick = dice(20_260_317)
  return Array.from({ length: count }, () => {
    const [server = '', tool = ''] = pick(targets)
    return policyInput(
      {
        mcp_server: server,
        tool_name: tool,
        action: pick(actions),
        resources: Array.from({ length: pick([0, 1, 1, 2, 4]) }, () => pick(resources)),
        parameters: pick(parameters) as PolicyInput['request']['parameters'],
        resource_count: pick([1, 1, 1, 10, 11, 50, 51]),
      },
      { permissions: pick(held) },
    )
  })
}

test('the real OPA gives the same opinions on 1,000 generated calls, and no builtin fails on any', async () => {
  const { wasm, policies, revision } = await loadBasePolicies()
  const judge = await createOpaWasmJudge(wasm, policies, revision)
  const inputs = calls(1_000)
  const answers = policies.map(({ id }) => `"${id}": [a | a := data.behavry.policies.${id}.decision with input as call]`)
  const query = `[answer | some call in input; answer := {${answers.join(', ')}}]`
  const printed = await withOpa(opa =>
    opa(['eval', '--strict-builtin-errors', '--format', 'json', '--stdin-input', '--import', 'rego.v1', '--data', 'policies', query], {
      cwd: join(import.meta.dir, '../..'),
      stdin: JSON.stringify(inputs),
    }),
  )
  const oracle = JSON.parse(printed).result[0].expressions[0].value as Record<string, unknown[]>[]
  expect(oracle).toHaveLength(inputs.length)

  const seen = new Set<string>()
  for (const [at, input] of inputs.entries()) {
    const asked = policies.filter(policy => covers(policy.scope, input))
    const expected = asked.map(({ id }) => readOpinion(id, 'decision', oracle[at]?.[id]?.[0])).filter(opinion => opinion !== undefined)
    expect({ request: input.request, opinions: await judge.judge(input) }).toEqual({ request: input.request, opinions: expected })
    for (const opinion of expected) seen.add(`${opinion.source} ${opinion.decision}`)
  }
  // The calls reach every policy, and every decision that it can make: else the comparison would prove little.
  expect([...seen].toSorted()).toEqual([
    ...['base.blast_radius deny', 'base.blast_radius escalate'],
    ...['base.database allow', 'base.database deny', 'base.database escalate'],
    ...['base.filesystem allow', 'base.filesystem deny'],
    ...['base.github allow', 'base.github deny', 'base.github escalate'],
    ...['base.permissions allow', 'base.permissions deny', 'base.permissions escalate'],
    ...['base.slack allow', 'base.slack deny', 'base.slack escalate'],
    'base.web deny',
  ])
})
