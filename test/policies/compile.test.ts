import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { chmod, copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { capabilitiesText, totalBuiltins } from '../../build/policies/capabilities.ts'
import { opaProgram, withOpa } from '../../build/policies/opa.ts'
import { policySources, regoFiles } from '../../build/policies/sources.ts'
import schema from '../../policies/input.schema.json' with { type: 'json' }
import { policyInput } from '../judge/policy-input.ts'

let folder: string
const root = join(import.meta.dir, '../..')
const schemaFile = join(root, 'policies/input.schema.json')

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'behavry-compile-test-'))
  await withOpa(async opa => writeFile(join(folder, 'capabilities.json'), await capabilitiesText(opa)))
})
afterAll(() => rm(folder, { recursive: true }))

const check = async (body: string): Promise<string> => {
  await writeFile(join(folder, 'policy.rego'), `package behavry.policies.base.bad\n\nimport rego.v1\n\n${body}\n`)
  const args = ['check', '--strict', '--capabilities', 'capabilities.json', '--schema', schemaFile, 'policy.rego']
  return await withOpa(opa => opa(args, { cwd: folder })).then(
    () => 'accepted',
    error => (error as Error).message,
  )
}

const refused: readonly [body: string, why: string][] = [
  ['deny if to_number(input.request.resource) > 3', 'undefined function to_number'],
  ['deny if regex.match("(", input.request.resource)', 'undefined function regex.match'],
  ['deny if regex.match(input.request.resource, "x")', 'undefined function regex.match'],
  ['deny if glob.match("*", [], input.request.resource)', 'undefined function glob.match'],
  ['deny if json.unmarshal(input.request.resource).x', 'undefined function json.unmarshal'],
  ['deny if input.request.resource_count / 2 > 3', 'undefined function div'],
  ['deny if input.request.resource_count % 2 == 0', 'undefined function rem'],
  ['deny if time.parse_rfc3339_ns(input.context.time.rfc3339) > 0', 'undefined function time.parse_rfc3339_ns'],
  ['deny if http.send({"method": "get", "url": "http://x"}).status_code == 200', 'undefined function http.send'],
  ['deny if net.lookup_ip_addr("x")', 'undefined function net.lookup_ip_addr'],
  ['deny if opa.runtime().env.HOME', 'undefined function opa.runtime'],
  ['deny if sprintf("%s", [input.agent.id]) == "x"', 'undefined function sprintf'],
  ['deny if helper(input.request.resource)\n\nhelper(x) if to_number(x) == 1', 'undefined function to_number'],
  ['deny if [1 | to_number(input.request.resource)]', 'undefined function to_number'],
  ['deny if input.request.resurces[_] == "x"', 'undefined ref: input.request.resurces'],
  ['deny if lower(input.request.resource_count) == "x"', 'lower: invalid argument(s)'],
  ['deny if input.request.resources == "x"', 'match error'],
]

describe('a policy that could fail to fire is refused with file and line', () => {
  for (const [body, why] of refused) {
    test(body.replaceAll('\n', ' '), async () => {
      const message = await check(body)
      expect(message).toContain(why)
      expect(message).toMatch(/policy\.rego:\d+/)
    })
  }
  test('what is total and spelt right passes', async () => {
    expect(await check('deny if startswith(lower(input.request.resource), "x")')).toBe('accepted')
  })
})

test('no builtin on the list leaves the module or can fail by its value', () => {
  const barred =
    /^(http|net|opa|rego|providers|graphql|crypto|io|time|regex|glob|units|rand|uuid|json|yaml|hex|base64)\b|^(div|rem|to_number|sprintf|substring)$/
  expect(totalBuiltins.filter(name => barred.test(name))).toEqual([])
})

describe('OPA missing or another is a loud failure', () => {
  test('missing', async () => {
    await expect(withOpa(async () => 'ran', join(folder, 'none'))).rejects.toThrow('OPA is missing: run `npm ci`')
  })
  test('another program', async () => {
    await writeFile(join(folder, 'fake'), '#!/bin/sh\nexit 0\n', { mode: 0o755 })
    await expect(withOpa(async () => 'ran', join(folder, 'fake'))).rejects.toThrow('OPA is not the pinned program')
  })
  test('without the x bit it still runs', async () => {
    await copyFile(opaProgram, join(folder, 'opa'))
    await chmod(join(folder, 'opa'), 0o644)
    expect(await withOpa(opa => opa(['version']), join(folder, 'opa'))).toContain('Version: 0.70.0')
  })
})

test('the schema names exactly what a policy is asked', () => {
  const parts = { ...policyInput() } as Readonly<Record<string, object | null>>
  const described = Object.entries(schema.properties as Readonly<Record<string, { readonly properties?: object }>>)
  expect(described.map(([name]) => name)).toEqual(Object.keys(parts))
  for (const [name, { properties }] of described) {
    if (properties) expect(Object.keys(properties)).toEqual(Object.keys(parts[name] ?? {}))
  }
})

test('every shipped policy states its scope and has tests beside it', async () => {
  const before = process.cwd()
  process.chdir(root)
  try {
    const files = await regoFiles()
    const sources = await withOpa(opa => policySources(opa, files))
    expect(sources.map(source => source.id)).toEqual(
      ['blast_radius', 'database', 'filesystem', 'github', 'permissions', 'slack', 'web'].map(slug => `base.${slug}`),
    )
    await expect(
      withOpa(opa =>
        policySources(
          opa,
          files.filter(path => path !== 'policies/base/web_test.rego'),
        ),
      ),
    ).rejects.toThrow('web.rego')
  } finally {
    process.chdir(before)
  }
})
