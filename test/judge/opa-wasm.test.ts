import { beforeAll, describe, expect, test } from 'bun:test'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { withOpa } from '../../build/policies/opa.ts'
import { createOpaWasmJudge } from '../../server/judge/opa-wasm.ts'
import { policyInput } from './policy-input.ts'

/** Policies as others may write them, well and badly, compiled by the real OPA. */
const modules: Readonly<Record<string, string>> = {
  says: 'decision := {"result": "escalate", "reason": "Ask."}',
  unasked: 'decision := {"result": "allow"} if input.request.tool_name == "other"',
  helpers:
    'allow := true\ndeny contains "helper" if true\ndecision := {"result": "allow"} if { allow; input.request.tool_name == "other" }',
  quarrel: 'decision := {"result": "allow", "reason": r} if some r in ["a", "b"]',
  eats: 'decision := {"result": "allow"} if count(numbers.range(1, 100000000)) > 0',
  foreign: 'decision := {"result": "allow"} if time.now_ns() > 0',
  typo: 'decision := {"result": "permit"}',
  booleans: 'default allow := false\nallow if input.request.action == "write"\nreason := "Writing is fine."\nsecret := 1',
  set: 'deny contains msg if { some msg in ["b", "a"] }\nallow := true',
  object: 'deny[key] := true if some key in ["Not here."]',
  empty: 'deny contains "x" if input.request.action == "read"',
  denies: 'decision := {"result": "deny", "reason": "No."}',
}

const packageForms = ['booleans', 'set', 'object', 'empty']
const entrypointOf = (name: string) => `t/${name}${packageForms.includes(name) ? '' : '/decision'}`
const wasmPolicy = (name: string) => ({ id: `t.${name}`, scope: {}, entrypoint: entrypointOf(name) })

let wasm: Uint8Array<ArrayBuffer>

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'behavry-judge-test-'))
  for (const [name, text] of Object.entries(modules))
    await writeFile(join(folder, `${name}.rego`), `package t.${name}\nimport rego.v1\n${text}\n`)
  const entrypoints = Object.keys(modules).flatMap(name => ['-e', entrypointOf(name)])
  const files = Object.keys(modules).map(name => `${name}.rego`)
  await withOpa(opa => opa(['build', '-t', 'wasm', ...entrypoints, '-o', 'bundle.tar.gz', ...files], { cwd: folder }))
  const archive = await new Bun.Archive(await Bun.file(join(folder, 'bundle.tar.gz')).bytes()).files()
  wasm = new Uint8Array((await archive.get('/policy.wasm')?.arrayBuffer()) ?? new ArrayBuffer())
  await rm(folder, { recursive: true })
})

const judgeWith = async (...names: string[]) => {
  const faults: string[] = []
  const judge = await createOpaWasmJudge(wasm, names.map(wasmPolicy), 'r-1', id => faults.push(id))
  return {
    judge,
    faults,
    say: () =>
      (judge.judge(policyInput()) as { source: string; decision: string; reasonCode: string; reason: string }[]).map(
        o => `${o.source} ${o.decision} ${o.reasonCode}: ${o.reason}`,
      ),
  }
}

const stories: readonly [name: string, opinions: readonly string[], faults: readonly string[]][] = [
  ['says', ['t.says escalate approval_required: Ask.'], []],
  ['unasked', [], []],
  ['helpers', [], []],
  ['quarrel', ['t.quarrel deny policy_error: The policy could not be evaluated.'], ['t.quarrel']],
  ['eats', ['t.eats deny policy_error: The policy could not be evaluated.'], ['t.eats']],
  ['foreign', ['t.foreign deny policy_error: The policy could not be evaluated.'], ['t.foreign']],
  ['typo', ['t.typo deny policy_error: The policy gave an answer that cannot be read.'], []],
  ['booleans', ['t.booleans allow policy_allow: Writing is fine.'], []],
  ['set', ['t.set deny policy_deny: a b'], []],
  ['object', ['t.object deny policy_deny: Not here.'], []],
  ['empty', [], []],
]

describe('each form of policy, through WebAssembly', () => {
  for (const [name, opinions, faults] of stories) {
    test(name, async () => {
      const at = await judgeWith(name)
      expect(at.say()).toEqual([...opinions])
      expect(at.say()).toEqual([...opinions])
      expect(at.faults).toEqual([...faults, ...faults])
    })
  }
})

test('a policy that fails costs only its own opinion, before and after it', async () => {
  const at = await judgeWith('denies', 'quarrel', 'booleans', 'foreign', 'set', 'eats', 'denies')
  const expected = [
    'deny policy_deny',
    'deny policy_error',
    'allow policy_allow',
    'deny policy_error',
    'deny policy_deny',
    'deny policy_error',
    'deny policy_deny',
  ]
  for (let round = 0; round < 3; round++) {
    expect(at.say().map(line => line.split(' ').slice(1, 3).join(' ').replace(':', ''))).toEqual(expected)
  }
})

test('the input of one call is never seen by the next', async () => {
  const { judge } = await judgeWith('empty', 'booleans')
  const [read, write] = [policyInput({ action: 'read' }), policyInput()]
  for (let round = 0; round < 50; round++) {
    expect(judge.judge(read)).toMatchObject([{ source: 't.empty', decision: 'deny' }])
    expect(judge.judge(write)).toMatchObject([{ source: 't.booleans', decision: 'allow' }])
  }
})

const nested = (depth: number): unknown[] => (depth === 0 ? [] : [nested(depth - 1)])
const abyss = Array.from({ length: 100_000 }).reduce<unknown[]>(inner => [inner], [])

const hostile: readonly [name: string, request: Record<string, unknown>, code: string][] = [
  ['too many resources', { resources: Array.from({ length: 513 }, () => 'a') }, 'too_many_resources'],
  ['too long a resource', { resources: ['a'.repeat(32_769)] }, 'too_many_resources'],
  ['deeper than the stack', { parameters: { abyss } }, 'policy_error'],
  ['larger than the memory', { parameters: { many: Array.from({ length: 4_000_000 }, () => 1) } }, 'policy_error'],
  ['half a surrogate pair', { resources: ['\ud800'] }, 'policy_error'],
]

describe('a hostile input is refused and spoils nothing', () => {
  for (const [name, request, code] of hostile) {
    test(name, async () => {
      const { judge, say } = await judgeWith('booleans')
      const opinions = await judge.judge(policyInput(request))
      expect(opinions).toMatchObject([{ decision: 'deny', reasonCode: code }])
      expect(say()).toEqual(['t.booleans allow policy_allow: Writing is fine.'])
    })
  }

  test('large and deep within the bounds is judged', async () => {
    const { judge } = await judgeWith('booleans')
    expect(judge.judge(policyInput({ parameters: { text: 'a'.repeat(5_000_000) } }))).toMatchObject([{ decision: 'allow' }])
    expect(judge.judge(policyInput({ parameters: { deep: nested(500) as never } }))).toMatchObject([{ decision: 'allow' }])
  })
})

describe('what is not a policy is refused at the door', () => {
  test('no module', async () => {
    await expect(createOpaWasmJudge(new Uint8Array([1, 2, 3]), [], 'r')).rejects.toMatchObject({ code: 'configuration_invalid' })
  })
  test('a module of somebody else', async () => {
    const empty = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0])
    await expect(createOpaWasmJudge(empty, [], 'r')).rejects.toMatchObject({ code: 'configuration_invalid' })
  })
  test('an entrypoint that is not there', async () => {
    const policy = { id: 't.gone', scope: {}, entrypoint: 'toString' }
    await expect(createOpaWasmJudge(wasm, [policy], 'r')).rejects.toMatchObject({ code: 'configuration_invalid' })
  })
})

test('engine and revision name what judges', async () => {
  const { judge } = await judgeWith('says')
  const sdk = JSON.parse(await readFile(join(import.meta.dir, '../../node_modules/@open-policy-agent/opa-wasm/package.json'), 'utf8'))
  expect(judge).toMatchObject({ engine: `opa-wasm/${sdk.version}`, revision: 'r-1' })
})
