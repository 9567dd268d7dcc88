import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadPolicy } from '@open-policy-agent/opa-wasm'
import { type CompiledPolicy, compile, evaluateDocument, formatErrors, type Source, type Value } from '../../server/rego/rego.ts'
import { policyInput } from '../judge/policy-input.ts'
import { opaPath } from '../rego/differential/oracle.ts'

/**
 * `bun run bench:rego`: one whole decision over all shipped policies with an input of 1 KB, by our engine and by opa-wasm; the compile
 * time; and 400 policies at once. Prints medians and 99th percentiles in microseconds.
 */
const root = join(import.meta.dir, '../../policies')

function shipped(): readonly Source[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.rego') && !name.endsWith('_test.rego'))
    .map(name => ({ file: join(root, name), text: readFileSync(join(root, name), 'utf8') }))
}

function compiled(sources: readonly Source[]): CompiledPolicy {
  const result = compile(sources)
  if (!result.ok) throw new Error(formatErrors(result.errors))
  return result.policy
}

function packagesOf(sources: readonly Source[]): readonly (readonly string[])[] {
  return sources
    .filter(({ text }) => /^decision\b|^default decision\b/m.test(text))
    .map(({ text }) => (/^package (.+)$/m.exec(text)?.[1] ?? '').split('.'))
}

function report(name: string, work: () => void, rounds: number): void {
  for (let i = 0; i < rounds / 2; i++) work()
  const times = Array.from({ length: rounds }, () => {
    const began = Bun.nanoseconds()
    work()
    return (Bun.nanoseconds() - began) / 1000
  }).sort((a, b) => a - b)
  const at = (part: number): string => (times[Math.floor(times.length * part)] ?? 0).toFixed(1)
  process.stdout.write(`${name}: p50 ${at(0.5)} µs, p99 ${at(0.99)} µs\n`)
}

async function wasmPolicy(sources: readonly Source[], entrypoint: string): Promise<(input: unknown) => unknown> {
  const folder = mkdtempSync(join(tmpdir(), 'behavry-bench-'))
  try {
    Bun.spawnSync([
      opaPath,
      'build',
      '-t',
      'wasm',
      '--v1-compatible',
      '-e',
      entrypoint,
      '-o',
      join(folder, 'bundle.tar.gz'),
      ...sources.map(source => source.file),
    ])
    Bun.spawnSync(['tar', '-xzf', join(folder, 'bundle.tar.gz'), '-C', folder, '/policy.wasm'])
    const policy = await loadPolicy(readFileSync(join(folder, 'policy.wasm')))
    return input => policy.evaluate(input)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const sources = shipped()
const policy = compiled(sources)
const packages = packagesOf(sources)
const input = policyInput() as unknown as Value
const decide = (): void => {
  for (const path of packages) evaluateDocument(policy, [...path, 'decision'], { input })
}

process.stdout.write(`${packages.length} policies with a decision\n`)
report('ours, whole decision', decide, 20_000)
report('compile all shipped policies', () => void compiled(sources), 60)
const wasm = await Promise.all(packages.map(path => wasmPolicy(sources, [...path, 'decision'].join('/'))))
report('opa-wasm, whole decision', () => wasm.forEach(evaluate => void evaluate(input)), 5_000)

const many = Array.from({ length: 400 }, (_, i) => ({
  file: `many-${i}.rego`,
  text: `package many.p${i}\n\ndecision := {"result": "deny"} if {\n\tinput.request.mcp_server == "server-${i}"\n\tinput.request.action == "delete"\n}`,
}))
const manyPolicy = compiled(many)
const paths = many.map((_, i) => ['many', `p${i}`, 'decision'])
report('ours, 400 policies one by one', () => paths.forEach(path => void evaluateDocument(manyPolicy, path, { input })), 2_000)
