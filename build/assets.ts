import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import type { Asset } from './asset.ts'
import { asset as policies } from './compile-policies.ts'
import { asset as postgres } from './pack-postgres.ts'

/**
 * Builds the generated files that are missing or whose inputs have changed, and does nothing otherwise: `bun build/assets.ts`.
 * What was built from which content is remembered in `dist/assets/.stamps.json`.
 */
const assets: readonly Asset[] = [postgres, policies]

const stampFile = 'dist/assets/.stamps.json'

/** Brings every asset up to date; throws an `Error` with one sentence when an input is missing. */
export const buildAssets = async (): Promise<void> => {
  const stamps = await readStamps()
  for (const asset of assets) {
    const stamp = await stampOf(asset)
    if (stamps[asset.name] === stamp && asset.outputs.every(path => existsSync(path))) continue
    process.stderr.write(`building ${asset.outputs.join(', ')}\n`)
    await asset.build()
    stamps[asset.name] = await stampOf(asset)
    await mkdir('dist/assets', { recursive: true })
    await writeFile(stampFile, `${JSON.stringify(stamps, null, 2)}\n`)
  }
}

const readStamps = async (): Promise<Record<string, string>> =>
  existsSync(stampFile) ? (JSON.parse(await readFile(stampFile, 'utf8')) as Record<string, string>) : {}

/** A missing input counts as empty: the asset's own build then says what is missing. */
const stampOf = async (asset: Asset): Promise<string> => {
  const hash = new Bun.CryptoHasher('sha256')
  for (const path of (await asset.inputs()).toSorted()) {
    hash.update(`${path}\0`)
    if (existsSync(path)) hash.update(await readFile(path))
  }
  return hash.digest('hex')
}

const main = async (): Promise<void> => {
  process.chdir(`${import.meta.dir}/..`)
  try {
    await buildAssets()
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  }
}

if (import.meta.main) await main()
