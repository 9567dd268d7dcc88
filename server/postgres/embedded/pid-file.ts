import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What PostgreSQL writes to `postmaster.pid` (src/include/utils/pidfile.h), as far as behavry reads it. */
export interface PidFile {
  readonly pid: number
  readonly socketDir: string
  /** True once the server accepts connections. */
  readonly ready: boolean
}

export const readPidFile = (cluster: string): PidFile | undefined => {
  const lines = pidFileLines(cluster)
  const pid = Number(lines[0])
  return Number.isSafeInteger(pid) && pid > 0 ? { pid, socketDir: lines[4] ?? '', ready: lines[7]?.trim() === 'ready' } : undefined
}

/** Above the kernel's largest process id (2^22), so it is never alive. */
const nobodysPid = 2_147_483_646

/**
 * Says in the file that its process is gone. The other lines stay: by them PostgreSQL finds out whether an orphaned child of the old
 * server is still attached to its shared memory.
 */
export const disownPidFile = (cluster: string): void => {
  writeFileSync(pathIn(cluster), [nobodysPid, ...pidFileLines(cluster).slice(1)].join('\n'))
}

const pathIn = (cluster: string): string => join(cluster, 'postmaster.pid')

const pidFileLines = (cluster: string): readonly string[] =>
  existsSync(pathIn(cluster)) ? readFileSync(pathIn(cluster), 'utf8').split('\n') : []
