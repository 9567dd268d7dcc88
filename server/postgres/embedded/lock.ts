import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs'
import { Failure } from '../../domain/failure.ts'
import { lockExclusively } from './libc.ts'
import type { Places } from './places.ts'

export interface Lock {
  /** May be called again: only the first call does something. */
  readonly release: () => void
}

/**
 * Takes the data directory for this process alone. The lock is the kernel's (flock), so it ends with the process, also by SIGKILL;
 * the file's content, the holder's process id, is only there to be shown. Throws `database_refused` naming the holder.
 */
export const lockHome = (places: Places): Lock => {
  const fd = openSync(places.lock, 'a', 0o600)
  if (!lockExclusively(fd)) {
    closeSync(fd)
    throw new Failure(
      'database_refused',
      `The data directory ${places.dataDir} is in use by another behavry process${holder(places)}: stop it first.`,
    )
  }
  ftruncateSync(fd, 0)
  writeSync(fd, `${process.pid}\n`)
  let held = true
  const release = (): void => {
    if (held) closeSync(fd)
    held = false
  }
  return { release }
}

const holder = (places: Places): string => {
  const pid = readFileSync(places.lock, 'utf8').trim()
  return /^\d+$/.test(pid) ? ` (pid ${pid})` : ''
}
