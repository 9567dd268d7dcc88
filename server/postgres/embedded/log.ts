import { closeSync, fstatSync, openSync, readSync, renameSync, statSync } from 'node:fs'

const rotateAtBytes = 10 * 1024 * 1024
const tailBytes = 8 * 1024

/** The server's log, open for one run of it. */
export interface Log {
  readonly fd: number
  /** What this run has written, at most its last 8 KiB. */
  readonly tail: () => string
  readonly close: () => void
}

/** Opens the log for appending; one that has grown beyond 10 MiB becomes `<path>.1` first, in place of the one before. */
export const openLog = (path: string): Log => {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0
  if (size > rotateAtBytes) renameSync(path, `${path}.1`)
  const fd = openSync(path, 'a+', 0o600)
  const start = fstatSync(fd).size
  return { fd, tail: () => readFrom(fd, start), close: () => closeSync(fd) }
}

const readFrom = (fd: number, start: number): string => {
  const end = fstatSync(fd).size
  const from = Math.max(start, end - tailBytes)
  const buffer = Buffer.alloc(Math.max(0, end - from))
  return buffer.toString('utf8', 0, readSync(fd, buffer, 0, buffer.length, from))
}
