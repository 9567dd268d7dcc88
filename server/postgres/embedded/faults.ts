import { Failure } from '../../domain/failure.ts'
import type { Places } from './places.ts'

interface Fault {
  readonly pattern: RegExp
  readonly code: 'database_refused' | 'database_unavailable'
  readonly say: (places: Places, found: string) => string
}

/** What PostgreSQL and the operating system say → what the operator is told. The first row that fits wins. */
const faults: readonly Fault[] = [
  {
    pattern: /shared memory segment.*No space left|could not (?:map|create).*shared memory|Cannot allocate memory|ENOMEM/,
    code: 'database_unavailable',
    say: () => 'The database got no shared memory: free some, or give the container a larger /dev/shm.',
  },
  {
    pattern: /No space left on device|ENOSPC|wrote only \d+ of \d+ bytes|Disk quota exceeded|EDQUOT/,
    code: 'database_unavailable',
    say: ({ home }) => `The disk that holds ${home} is full: free some space and start again.`,
  },
  {
    pattern: /Read-only file system|EROFS/,
    code: 'database_refused',
    say: ({ home }) => `The file system that holds ${home} is read-only: mount it writable, or choose another data directory.`,
  },
  {
    pattern: /error while loading shared libraries: (\S+):/,
    code: 'database_refused',
    say: (_, library) =>
      `PostgreSQL needs the system library ${library}: install it (Debian: apt-get install libstdc++6), or use BEHAVRY_DB_URL.`,
  },
  {
    pattern: /setpriv: (.*)/,
    code: 'database_refused',
    say: (_, complaint) => `The database cannot be started under an account of its own (${complaint}): run behavry as an ordinary user.`,
  },
  {
    pattern: /data directory ".*" has (?:wrong ownership|invalid permissions)/,
    code: 'database_refused',
    say: ({ cluster }) => `PostgreSQL wants ${cluster} for itself: restore its owner, and its mode with chmod 700.`,
  },
  {
    pattern: /already exists|pre-existing shared memory block/,
    code: 'database_unavailable',
    say: ({ cluster }) => `A PostgreSQL process of an earlier run still uses ${cluster}: wait for it to end, or end it, and start again.`,
  },
  {
    pattern: /(?:PANIC|FATAL): +(could not locate a valid checkpoint.*|incorrect checksum.*|.*corrupt.*|.*invalid page.*)/,
    code: 'database_refused',
    say: ({ cluster }, found) =>
      `The database in ${cluster} is damaged (${found}): move it away and run \`behavry restore\` with your last backup.`,
  },
  {
    pattern: /Permission denied|EACCES|Operation not permitted|EPERM/,
    code: 'database_refused',
    say: ({ home }) => `The database may not use ${home}: give that folder and all in it back to the user who runs behavry.`,
  },
]

/** The failure that explains what a program said before it gave up. */
export const explain = (said: string, places: Places): Failure => {
  for (const { pattern, code, say } of faults) {
    const match = pattern.exec(said)
    if (match) return new Failure(code, say(places, match[1] ?? ''), { cause: said })
  }
  const complaint = /(?:FATAL|PANIC|error): +(.*)/.exec(said)?.[1] ?? 'it gave no reason'
  return new Failure('database_unavailable', `PostgreSQL did not start: ${complaint}. See ${places.log}.`, { cause: said })
}

/** Runs a step, and explains what the operating system refuses. A `Failure` passes through; what is not understood stays a bug. */
export const explained = async <T>(places: Places, step: () => T | Promise<T>): Promise<T> => {
  try {
    return await step()
  } catch (error) {
    if (error instanceof Failure || !isSystemError(error)) throw error
    throw explain(`${error.code}: ${error.message}`, places)
  }
}

const isSystemError = (error: unknown): error is Error & { readonly code: string } =>
  error instanceof Error && 'code' in error && typeof error.code === 'string'
