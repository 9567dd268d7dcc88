import { closeSync, constants, fchmodSync, fchownSync, fstatSync, mkdirSync, openSync } from 'node:fs'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import type { McpServer } from '../../../domain/server.ts'
import { backendFailure } from '../backend-failure.ts'
import { closedParent } from './closed-parent.ts'
import type { UserIds } from './tools-user.ts'

export interface SandboxOptions {
  readonly dataDir: string
  /** Who must be able to write there; undefined: we ourselves. */
  readonly user: UserIds | undefined
  readonly onWarning: (message: string) => void
}

/**
 * Makes the working folder of a stdio server and gives its path: the definition's own, or `<dataDir>/tools/<tenant>.<server>`. It belongs
 * to the child (0700), but a folder elsewhere that already belongs to somebody else is taken as it is: it is not ours to give
 * away. Throws `backend_refused` for a relative path, `backend_unavailable` when it cannot be made.
 */
export function prepareFolder(server: McpServer, folder: string | undefined, options: SandboxOptions): string {
  const ours = join(options.dataDir, 'tools')
  const path = folder === undefined ? join(ours, `${safeName(server.tenantId)}.${safeName(server.id)}`) : resolve(folder)
  if (folder !== undefined && !isAbsolute(folder))
    throw backendFailure('backend_refused', 'The folder of an MCP server is an absolute path.', false)
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o711 })
    const isNew = mkdirSync(path, { recursive: true, mode: 0o700 }) !== undefined
    own(path, options.user, isNew || dirname(path) === ours)
  } catch (error) {
    throw backendFailure('backend_unavailable', 'The folder of the MCP server cannot be made or is not a folder.', false, error)
  }
  const wall = options.user === undefined ? undefined : closedParent(path)
  if (wall !== undefined)
    options.onWarning(`${wall} is closed to other users: the MCP server ${server.id} cannot reach its folder by path.`)
  return path
}

function safeName(name: string): string {
  return name.replace(/[^\w-]/g, '_')
}

/** By descriptor and without following a link: the child may have put one in the folder's place. */
function own(path: string, user: UserIds | undefined, isOurs: boolean): void {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW)
  try {
    if (user === undefined || (!isOurs && fstatSync(descriptor).uid !== user.uid)) return
    fchownSync(descriptor, user.uid, user.gid)
    fchmodSync(descriptor, 0o700)
  } finally {
    closeSync(descriptor)
  }
}
