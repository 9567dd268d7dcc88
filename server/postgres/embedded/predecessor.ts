import { existsSync, readFileSync, readlinkSync, realpathSync, statSync } from 'node:fs'
import { Failure } from '../../domain/failure.ts'
import type { Account } from './account.ts'
import { disownPidFile, readPidFile } from './pid-file.ts'
import type { Places } from './places.ts'

const patienceMs = 10_000
const pollMs = 20

/**
 * Waits until the server of an earlier run has ended: after a SIGKILL of behavry it is still shutting down. A process that only has
 * its number by chance, or a zombie that nobody reaps, does not hold up the start. Call it with the lock held. Throws
 * `database_unavailable` after 10 s.
 */
export const awaitPredecessor = async (places: Places, account: Account): Promise<void> => {
  const deadline = performance.now() + patienceMs
  for (;;) {
    const pid = readPidFile(places.cluster)?.pid
    if (pid === undefined || !existsSync(`/proc/${pid}`)) return
    if (!isServerOf(pid, places.cluster, account)) return disownPidFile(places.cluster)
    if (performance.now() > deadline) throw stillThere(pid, places)
    await Bun.sleep(pollMs)
  }
}

const stillThere = (pid: number, { cluster }: Places): Failure =>
  new Failure(
    'database_unavailable',
    `The PostgreSQL process ${pid} of an earlier run still uses ${cluster}: end it with \`kill -INT ${pid}\`.`,
  )

/** Whether a living process is the server of this cluster. PostgreSQL works inside its cluster's folder. */
export const isServerOf = (pid: number, cluster: string, account: Account): boolean => {
  try {
    if (statSync(`/proc/${pid}`).uid !== account.uid || !isLivingPostgres(pid)) return false
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(cluster)
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ESRCH') return false
    // A container may keep root from looking closer; then a postgres of this account counts as ours.
    if (codeOf(error) === 'EACCES' || codeOf(error) === 'EPERM') return true
    throw error
  }
}

/** /proc/<pid>/stat, proc_pid_stat(5): pid (comm) state …; Z and X are dead. */
const isLivingPostgres = (pid: number): boolean => {
  const [, name, state] = /^\d+ \((.*)\) (\w)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? []
  return name === 'postgres' && state !== 'Z' && state !== 'X'
}

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined)
