import { accessSync, chmodSync, constants, existsSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import release from '../../../dist/assets/postgres-linux-x64.json' with { type: 'json' }
import archive from '../../../dist/assets/postgres-linux-x64.tar.zst' with { type: 'file' }
import { Failure } from '../../domain/failure.ts'
import { type Places, requireFreeSpace, sync } from './places.ts'
import { run } from './run.ts'

/** The PostgreSQL major version that behavry's database has on the disk. */
export const major = release.version.split('.')[0] ?? ''

/** The programs of one PostgreSQL installation, as absolute paths. */
export interface Installation {
  readonly initdb: string
  readonly postgres: string
}

/**
 * The programs to use: those in `binDir`, which must be of the same major version, or the ones that behavry carries, unpacked once
 * for each release. Throws `database_refused` when they cannot be run here.
 */
export const install = async (places: Places, binDir?: string): Promise<Installation> => {
  if (binDir !== undefined) return installed(binDir)
  refuseForeignPlatform()
  const tree = await unpack(places)
  const programs = programsIn(join(tree, 'bin'))
  refuseNoExec(programs, places)
  return programs
}

const programsIn = (bin: string): Installation => ({ initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') })

const installed = async (binDir: string): Promise<Installation> => {
  const programs = programsIn(binDir)
  const missing = Object.values(programs).find(program => !existsSync(program))
  if (missing) throw new Failure('database_refused', `BEHAVRY_PG_BIN must name the folder of initdb and postgres: there is no ${missing}.`)
  const { output } = await run([programs.postgres, '--version'])
  const version = /\(PostgreSQL\) (\d+)/.exec(output)?.[1]
  if (version === major) return programs
  const found = version === undefined ? 'no PostgreSQL that runs' : `PostgreSQL ${version}`
  throw new Failure(
    'database_refused',
    `BEHAVRY_PG_BIN holds ${found}, but behavry needs ${major}: unset it or install PostgreSQL ${major}.`,
  )
}

const refuseForeignPlatform = (): void => {
  if (process.platform === 'linux' && process.arch === 'x64') return
  throw new Failure(
    'database_refused',
    `The embedded database runs on linux x64, not on ${process.platform} ${process.arch}: set BEHAVRY_PG_BIN to a PostgreSQL ${major}, or use BEHAVRY_DB_URL.`,
  )
}

const treeName = /^\d+\.\d+-[0-9a-f]{8}$/

/** Unpacked aside, put on the disk, then renamed: a tree under its final name is whole. Trees of earlier releases are removed. */
const unpack = async (places: Places): Promise<string> => {
  const name = `${release.version}-${release.digest.slice(0, 8)}`
  const tree = join(places.home, name)
  if (existsSync(tree)) return tree
  requireFreeSpace(places)
  const aside = join(places.home, `tree-${process.pid}`)
  await extract(aside)
  sync(aside)
  renameSync(aside, tree)
  for (const old of readdirSync(places.home).filter(entry => treeName.test(entry) && entry !== name)) {
    rmSync(join(places.home, old), { recursive: true, force: true })
  }
  return tree
}

const extract = async (folder: string): Promise<void> => {
  const bytes = await Bun.zstdDecompress(await Bun.file(archive).bytes())
  await new Bun.Archive(bytes).extract(folder)
  // The umask of whoever starts behavry may have closed the tree to the database's account.
  chmodSync(folder, 0o755)
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    chmodSync(join(entry.parentPath, entry.name), entry.isDirectory() || entry.parentPath.endsWith('/bin') ? 0o755 : 0o644)
  }
}

/** access(2) answers EACCES for a program on a file system mounted noexec, even to root. */
const refuseNoExec = ({ postgres }: Installation, { home }: Places): void => {
  try {
    accessSync(postgres, constants.X_OK)
  } catch (cause) {
    const message = `Programs may not be run from ${home} (is it mounted noexec?): choose another data directory, or set BEHAVRY_PG_BIN to a PostgreSQL ${major}.`
    throw new Failure('database_refused', message, { cause })
  }
}
