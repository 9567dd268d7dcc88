import { chmodSync, rmSync } from 'node:fs'
import type { Listener } from '../http/listen.ts'
import { adminSocketOf } from '../places.ts'

/** Opens the admin socket of a data directory, for its owner alone from the first moment on: the mask holds while it is made. */
export function openAdminSocket(dataDir: string, open: (path: string) => Listener): Listener {
  const path = adminSocketOf(dataDir)
  rmSync(path, { force: true })
  const mask = process.umask(0o177)
  try {
    const listener = open(path)
    chmodSync(path, 0o600)
    return listener
  } finally {
    process.umask(mask)
  }
}
