import { existsSync, readFileSync } from 'node:fs'
import { Failure } from '../../domain/failure.ts'

/**
 * The unprivileged account that the database runs as.
 *
 * Started by an ordinary user, behavry runs the database as that user. Started by root, as the system user `behavry-db` when there
 * is one, else as uid 65525: no system allocates it (Debian Policy §9.2.2 reserves 65000–65533; systemd's table of uids leaves
 * 65520–65533 unused), it is in no passwd file, so no other program runs as it, and it exists inside user namespaces of 65536 ids.
 */
export interface Account {
  readonly uid: number
  readonly gid: number
}

const systemUser = 'behavry-db'
const unlistedUid = 65_525

/** The account of this process's database. Throws `database_refused` when the reserved uid belongs to somebody. */
export const databaseAccount = (self: Account = currentAccount(), passwd: readonly PasswdEntry[] = readPasswd()): Account => {
  if (self.uid !== 0) return self
  const listed = passwd.find(entry => entry.name === systemUser)
  if (listed) return listed
  const taken = passwd.find(entry => entry.uid === unlistedUid)
  if (!taken) return { uid: unlistedUid, gid: unlistedUid }
  throw new Failure(
    'database_refused',
    `The uid ${unlistedUid} belongs to ${taken.name}: create a system user for the database with \`useradd --system ${systemUser}\`.`,
  )
}

/**
 * The account that may run `initdb`, which refuses an account without an entry in the passwd file: the database's own when it has one,
 * else `nobody`. Throws `database_refused` when there is neither.
 */
export const initAccount = (account: Account, passwd: readonly PasswdEntry[] = readPasswd()): Account => {
  if (passwd.some(entry => entry.uid === account.uid)) return account
  const nobody = passwd.find(entry => entry.name === 'nobody' && entry.uid !== 0)
  if (nobody && isRoot()) return nobody
  throw new Failure(
    'database_refused',
    `The uid ${account.uid} has no entry in /etc/passwd, which PostgreSQL needs to create a database: add one, or use BEHAVRY_DB_URL.`,
  )
}

export const isRoot = (): boolean => currentAccount().uid === 0

/**
 * The command line that runs a program as an account and has the kernel send it `signal` when this process ends, however it ends.
 * Throws `database_refused` when the system has no `setpriv`.
 */
export const commandAs = (account: Account, signal: 'INT' | 'KILL', command: readonly string[]): string[] => {
  const setpriv = Bun.which('setpriv')
  if (!setpriv)
    throw new Failure('database_refused', 'The program `setpriv` is missing: install the package util-linux, or use BEHAVRY_DB_URL.')
  const identity = isRoot() ? [`--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups'] : []
  return [setpriv, ...identity, '--no-new-privs', `--pdeathsig=${signal}`, ...command]
}

export interface PasswdEntry extends Account {
  readonly name: string
}

const currentAccount = (): Account => ({ uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 })

/** passwd(5): name:password:uid:gid:… */
const readPasswd = (): readonly PasswdEntry[] => {
  if (!existsSync('/etc/passwd')) return []
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n')
  return lines.map(line => line.split(':')).map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }))
}
