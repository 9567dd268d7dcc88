import { existsSync } from 'node:fs'
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { buildAssets } from './assets.ts'

/**
 * Builds `dist/behavry`, the one file: `bun build/build.ts [--if-stale]`. Splitting and bytecode make a subcommand start in milliseconds; both autoloads are off, so
 * that nothing in the working directory (`.env`, `bunfig.toml`) reaches the program.
 */
const outfile = 'dist/behavry'
const stampFile = 'dist/.behavry-stamp'
const sources = ['cli/**/*.ts', 'server/**/*.ts', 'tui/**/*.{ts,tsx}', 'policies/**/*', 'migrations/*.ts', 'build/*.ts']
const singles = ['package.json', 'package-lock.json', 'tsconfig.json', 'dist/assets/policies.wasm', 'dist/assets/policies.json']

async function build(): Promise<void> {
  const result = await Bun.build({
    entrypoints: ['cli/main.ts'],
    target: 'bun',
    format: 'esm',
    minify: { whitespace: true, syntax: true, identifiers: false },
    splitting: true,
    bytecode: true,
    sourcemap: 'inline',
    define: { 'process.env.NODE_ENV': '"production"', BEHAVRY_BUILD_COMMIT: JSON.stringify(await commit()) },
    compile: { outfile, autoloadDotenv: false, autoloadBunfig: false },
  })
  if (!result.success) throw new AggregateError(result.logs, 'the build failed')
  await chmod(outfile, 0o755)
  // The maps are inside the file as well: these copies would only lie about.
  for (const map of new Bun.Glob('*.map').scanSync('dist')) await rm(`dist/${map}`)
}

/** The commit that is checked out; `-dirty` when the tree differs from it, `unknown` outside a checkout. */
async function commit(): Promise<string> {
  const head = Bun.spawnSync(['git', 'rev-parse', '--short=12', 'HEAD'])
  if (!head.success) return 'unknown'
  const dirty = Bun.spawnSync(['git', 'status', '--porcelain']).stdout.length > 0
  return `${head.stdout.toString().trim()}${dirty ? '-dirty' : ''}`
}

/** A hash over everything that goes into the file. */
async function stamp(): Promise<string> {
  const hash = new Bun.CryptoHasher('sha256')
  const paths = sources.flatMap(pattern => [...new Bun.Glob(pattern).scanSync('.')])
  for (const path of [...paths, ...singles].sort()) {
    hash.update(`${path}\0`)
    if (existsSync(path)) hash.update(await readFile(path))
  }
  return hash.digest('hex')
}

async function main(): Promise<void> {
  process.chdir(`${import.meta.dir}/..`)
  await buildAssets()
  const now = await stamp()
  const fresh = existsSync(outfile) && existsSync(stampFile) && (await readFile(stampFile, 'utf8')) === now
  if (fresh && process.argv.includes('--if-stale')) return
  process.stderr.write(`building ${outfile}\n`)
  await mkdir('dist', { recursive: true })
  await build()
  await writeFile(stampFile, now)
}

await main()
