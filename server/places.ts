import { join } from 'node:path'

/** The admin socket of a data directory: whoever can open it is the operator. */
export function adminSocketOf(dataDir: string): string {
  return join(dataDir, 'admin.sock')
}
