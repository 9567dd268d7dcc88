import { lstatSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Account } from './account.ts'
import { makePrivate, type Places } from './places.ts'
import { port } from './settings.ts'

/** sockaddr_un holds 108 bytes, the last of them a NUL (unix(7)). */
const longestPath = 107

/**
 * A folder for the socket that only the database's account (and root) may enter. It lies under the data directory, or under /tmp when
 * that path is too long for a socket: by a name that follows from the data directory, or by a random one when somebody else holds it.
 */
export const makeSocketDir = (places: Places, account: Account): string => {
  const folder = fits(places.socketDir) ? places.socketDir : shortFolder(places, account)
  makePrivate(folder, account)
  return folder
}

/** Removes a socket folder outside the data directory once the server is gone. */
export const dropSocketDir = (folder: string, places: Places): void => {
  if (folder !== places.socketDir) rmSync(folder, { recursive: true, force: true })
}

const fits = (folder: string): boolean => Buffer.byteLength(join(folder, `.s.PGSQL.${port}`)) <= longestPath

const shortFolder = (places: Places, { uid }: Account): string => {
  const folder = `/tmp/behavry-${Bun.hash(places.dataDir).toString(36)}`
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const { uid: owner, mode } = lstatSync(folder)
  const ours = (owner === uid || owner === process.geteuid?.()) && (mode & 0o170777) === 0o040700
  return ours ? folder : mkdtempSync('/tmp/behavry-')
}
