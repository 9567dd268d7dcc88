import { dlopen } from 'bun:ffi'

/** The two calls of the C library that the runtime does not offer. Both return 0, or -1 on failure. */
const open = () =>
  dlopen('libc.so.6', {
    flock: { args: ['i32', 'i32'], returns: 'i32' },
    syncfs: { args: ['i32'], returns: 'i32' },
  }).symbols

let symbols: ReturnType<typeof open> | undefined

const libc = () => {
  symbols ??= open()
  return symbols
}

const exclusive = 2
const nonBlocking = 4

/** flock(2): true when this process now holds the only lock on the open file; the kernel releases it when the process ends. */
export const lockExclusively = (fd: number): boolean => libc().flock(fd, exclusive | nonBlocking) === 0

/** syncfs(2): returns when all that was written to the file system of the open file is on the disk; false when it could not be. */
export const syncFileSystem = (fd: number): boolean => libc().syncfs(fd) === 0
