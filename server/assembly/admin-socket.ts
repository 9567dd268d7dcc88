import { chmodSync, mkdirSync, rmSync } from 'node:fs'
import type { Listener } from '../http/listen.ts'
import { adminSocketOf } from '../places.ts'

/** Opens the admin socket of a data directory, for its owner alone from the first moment on: the mask holds while it is made. */
export function openAdminSocket(dataDir: string, open: (path: string) => Listener): Listener {
  const path = adminSocketOf(dataDir)
  // As root the folder may be walked through, as it is with the embedded database inside (spec 2): the socket's own mode keeps others out.
  mkdirSync(dataDir, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 })
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
