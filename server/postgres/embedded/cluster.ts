import { appendFileSync, existsSync, lchownSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Failure } from '../../domain/failure.ts'
import { type Account, commandAs, initAccount, isRoot } from './account.ts'
import { explain } from './faults.ts'
import { type Installation, major } from './installation.ts'
import { makePrivate, type Places, requireFreeSpace, sync } from './places.ts'
import { type Ending, run } from './run.ts'

/** The database that behavry uses, and the plain login role of the same name that owns it. */
export const productRole = 'behavry'
/** The superuser of the cluster. The product never connects as it: a superuser is above row-level security. */
export const superuser = 'behavry_root'

/**
 * Makes sure that the cluster exists and can be used by this release, this account. Throws `database_refused` or
 * `database_unavailable` with what to do.
 */
export const prepareCluster = async (places: Places, account: Account, programs: Installation): Promise<void> => {
  if (existsSync(places.cluster)) return checkCluster(places, account)
  await createCluster(places, account, programs)
}

const checkCluster = (places: Places, { uid, gid }: Account): void => {
  const { cluster } = places
  const owner = statSync(cluster).uid
  if (owner !== uid) {
    const message = `The database in ${cluster} belongs to uid ${owner}, but runs as uid ${uid}: run \`chown -R ${uid}:${gid} ${cluster}\` or start behavry as its owner.`
    throw new Failure('database_refused', message)
  }
  const version = existsSync(join(cluster, 'PG_VERSION')) ? readFileSync(join(cluster, 'PG_VERSION'), 'utf8').trim() : undefined
  if (version === major) return
  if (version === undefined) {
    throw new Failure(
      'database_refused',
      `The folder ${cluster} holds no database: move it away, and \`behavry restore\` your last backup.`,
    )
  }
  throw new Failure(
    'database_refused',
    `The database in ${cluster} is of PostgreSQL ${version}, this behavry brings ${major}: back it up with the release that made it and \`behavry restore\` here.`,
  )
}

/**
 * A cluster is made aside, put on the disk once and renamed: under its final name it is whole, with role and database. `initdb` and
 * the single-user server want a passwd entry, so they may run as another account than the database will; the folder's random name in
 * an unlistable folder keeps that account's other processes away meanwhile.
 */
const createCluster = async (places: Places, account: Account, programs: Installation): Promise<void> => {
  requireFreeSpace(places)
  const maker = initAccount(account)
  const aside = mkdtempSync(join(places.home, 'cluster-'))
  makePrivate(aside, maker)
  const made = join(aside, 'data')
  const demand = (ending: Ending): void => {
    if (ending.ok) return
    appendFileSync(places.log, ending.output, { mode: 0o600 })
    throw explain(ending.output, places)
  }
  demand(await run(commandAs(maker, 'KILL', [programs.initdb, '-D', made, ...initFlags])))
  demand(await run(commandAs(maker, 'KILL', [programs.postgres, '--single', '-D', made, ...singleUserFlags, 'postgres']), bootstrap))
  if (isRoot()) handOver(made, account)
  sync(made)
  renameSync(made, places.cluster)
  rmdirSync(aside)
  sync(places.home)
}

/**
 * The locale is PostgreSQL's own C.UTF-8, the same on every system and in every release of it: no index breaks when the C library
 * changes its mind about sorting. Syncing is left to the end, for the whole of it.
 */
const initFlags: readonly string[] = [
  '--username',
  superuser,
  '--auth-local=trust',
  '--auth-host=reject',
  '--encoding=UTF8',
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--data-checksums',
  '--no-sync',
  '--no-instructions',
]

const singleUserFlags: readonly string[] = ['-F', '-c', 'exit_on_error=on', '-c', 'log_checkpoints=off']

/** One statement a line: that is how the single-user server reads. */
const bootstrap = `CREATE ROLE ${productRole} LOGIN CREATEROLE;\nCREATE DATABASE ${productRole} OWNER ${productRole};\n`

/** Changes the owner of a folder and all in it; links are changed, not followed. */
const handOver = (folder: string, { uid, gid }: Account): void => {
  lchownSync(folder, uid, gid)
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    lchownSync(join(entry.parentPath, entry.name), uid, gid)
  }
}
