import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Asset } from './asset.ts'
import { capabilitiesText } from './policies/capabilities.ts'
import { type Opa, opaProgram, withOpa } from './policies/opa.ts'
import { isTest, type PolicySource, policySources, regoFiles } from './policies/sources.ts'

/**
 * Compiles the shipped policies: checked by OPA in strict mode against the schema of the input and the list of total builtins, tested,
 * and built into one WebAssembly module with an entrypoint for each. The same texts give the same bytes.
 */
const wasmFile = 'dist/assets/policies.wasm'
const listFile = 'dist/assets/policies.json'
const schemaFile = 'policies/input.schema.json'

export const asset: Asset = {
  name: 'policies',
  outputs: [wasmFile, listFile],
  inputs: async () => [...(await regoFiles()), ...(await ownModules()), schemaFile, dirname(dirname(opaProgram)).concat('/package.json')],
  build: () => withOpa(compile),
}

async function ownModules(): Promise<readonly string[]> {
  return ['build/compile-policies.ts', ...(await readdir('build/policies')).map(name => `build/policies/${name}`)]
}

async function compile(opa: Opa): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'behavry-policies-'))
  try {
    const files = await regoFiles()
    const capabilities = join(folder, 'capabilities.json')
    await writeFile(capabilities, await capabilitiesText(opa))
    await check(opa, files, capabilities)
    const sources = await policySources(opa, files)
    const wasm = await build(opa, files, sources, capabilities, join(folder, 'bundle.tar.gz'))
    await mkdir(dirname(wasmFile), { recursive: true })
    await writeFile(wasmFile, wasm)
    await writeFile(listFile, `${JSON.stringify({ revision: revisionOf(wasm, sources), policies: sources }, null, 2)}\n`)
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function check(opa: Opa, files: readonly string[], capabilities: string): Promise<void> {
  const shipped = files.filter(path => !isTest(path))
  const strict = ['check', '--strict', '--capabilities', capabilities, '--schema', schemaFile, ...shipped]
  await opa(strict).catch(error => {
    throw new Error(`A shipped policy may call only the builtins of build/policies/capabilities.ts. ${(error as Error).message}`)
  })
  await opa(['test', 'policies'])
}

async function build(
  opa: Opa,
  files: readonly string[],
  sources: readonly PolicySource[],
  capabilities: string,
  bundle: string,
): Promise<Uint8Array> {
  const entrypoints = sources.flatMap(source => ['-e', source.entrypoint])
  const shipped = files.filter(path => !isTest(path))
  await opa(['build', '-t', 'wasm', '--capabilities', capabilities, ...entrypoints, '-o', bundle, ...shipped])
  const module = (await new Bun.Archive(await Bun.file(bundle).bytes()).files()).get('/policy.wasm')
  if (module === undefined) throw new Error('OPA built a bundle without a policy.wasm.')
  return await module.bytes()
}

/** Changes with anything that can change an answer: the compiled rules, or where they are asked. */
function revisionOf(wasm: Uint8Array, sources: readonly PolicySource[]): string {
  return new Bun.CryptoHasher('sha256').update(wasm).update(JSON.stringify(sources)).digest('hex')
}

const main = async (): Promise<void> => {
  process.chdir(join(import.meta.dir, '..'))
  try {
    await asset.build()
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  }
}

if (import.meta.main) await main()
