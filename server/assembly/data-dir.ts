import { chmodSync, mkdirSync, statSync } from 'node:fs'
import { Failure } from '../domain/failure.ts'

/**
 * Makes the data directory, mode 0700; as root others may walk through it, so that the database's own user and those of MCP servers reach their parts, and every
 * child is closed by its own mode. Throws `configuration_invalid` for a folder that cannot be made or belongs to somebody else.
 */
export function prepareDataDir(dataDir: string): void {
  const uid = process.getuid?.() ?? 0
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    const { uid: owner, mode } = statSync(dataDir)
    if (owner !== uid)
      throw new Failure(
        'configuration_invalid',
        `The data directory ${dataDir} belongs to another user (uid ${owner}): give behavry its own.`,
      )
    if (uid === 0) chmodSync(dataDir, (mode & 0o777) | 0o011)
  } catch (cause) {
    if (cause instanceof Failure) throw cause
    throw new Failure(
      'configuration_invalid',
      `The data directory ${dataDir} cannot be used: set BEHAVRY_DATA_DIR to a folder that behavry may write.`,
      { cause },
    )
  }
}
