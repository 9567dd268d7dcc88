import { chmodSync, chownSync, closeSync, fsyncSync, mkdirSync, openSync, readdirSync, rmSync, statfsSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { Failure } from '../../domain/failure.ts'
import { type Account, isRoot } from './account.ts'
import { syncFileSystem } from './libc.ts'

/** Where the embedded database keeps what: absolute paths under `<data directory>/postgres`. */
export interface Places {
  readonly dataDir: string
  readonly home: string
  /** The PostgreSQL cluster: mode 0700, owned by the database's account. */
  readonly cluster: string
  /** The folder of the unix socket: mode 0700, owned by the database's account. */
  readonly socketDir: string
  readonly log: string
  readonly lock: string
}

/** Where everything of the embedded database lies, below a data directory. */
export const placesIn = (directory: string): Places => {
  const dataDir = resolve(directory)
  const home = join(dataDir, 'postgres')
  return { dataDir, home, cluster: join(home, 'data'), socketDir: join(home, 'run'), log: join(home, 'log'), lock: join(home, 'lock') }
}

const temporary = /^(tree|cluster)-/

/**
 * Creates the folders. When root runs behavry, the database's account may pass through the data directory (0711) but not list it;
 * every child has a mode of its own. Throws `database_refused` when a folder above is closed to that account.
 */
export const prepareHome = (places: Places, account: Account): void => {
  mkdirSync(places.dataDir, { recursive: true, mode: 0o700 })
  mkdirSync(places.home, { recursive: true, mode: 0o700 })
  if (isRoot()) chmodSync(places.dataDir, (statSync(places.dataDir).mode & 0o777) | 0o011)
  chmodSync(places.home, isRoot() ? 0o711 : 0o700)
  refuseClosedFolder(places.home, account)
}

/** Removes what an interrupted first start left behind. Only the holder of the lock may call it. */
export const sweepHome = (places: Places): void => {
  for (const name of readdirSync(places.home).filter(name => temporary.test(name))) {
    rmSync(join(places.home, name), { recursive: true, force: true })
  }
}

/** Makes a folder that only `account` may enter, or takes an existing one into that state. */
export const makePrivate = (folder: string, account: Account): void => {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  chmodSync(folder, 0o700)
  if (isRoot()) chownSync(folder, account.uid, account.gid)
}

/** What the programs and an empty cluster need together, with some room for the first records. */
const leastFreeBytes = 160 * 1024 * 1024

/** To be asked before anything big is written. Throws `database_unavailable` when the disk has less than 160 MiB left. */
export const requireFreeSpace = ({ home }: Places): void => {
  const { bavail, bsize } = statfsSync(home)
  if (bavail * bsize >= leastFreeBytes) return
  const needed = leastFreeBytes / 1024 / 1024
  throw new Failure(
    'database_unavailable',
    `The disk that holds ${home} has less than the ${needed} MiB left that a new database needs: free some space.`,
  )
}

/** Puts all that was written near `folder` on the disk. Throws `database_unavailable` when the disk refuses. */
export const sync = (folder: string): void => {
  const fd = openSync(folder, 'r')
  try {
    if (!syncFileSystem(fd)) throw new Failure('database_unavailable', `The disk that holds ${folder} reports an error on writing.`)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

const refuseClosedFolder = (folder: string, account: Account): void => {
  const closed = isRoot() ? closedFolder(folder, account) : undefined
  if (closed === undefined) return
  throw new Failure(
    'database_refused',
    `The database runs as uid ${account.uid}, which may not pass through ${closed}: choose another data directory, such as /var/lib/behavry, or run behavry as an ordinary user.`,
  )
}

/** The topmost folder on the way to `folder` that `account` may not pass through. Access lists beyond the mode are not seen. */
const closedFolder = (folder: string, account: Account): string | undefined => {
  const above = dirname(folder) === folder ? undefined : closedFolder(dirname(folder), account)
  if (above !== undefined) return above
  const { uid, gid, mode } = statSync(folder)
  const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001
  return (mode & bit) === 0 ? folder : undefined
}
