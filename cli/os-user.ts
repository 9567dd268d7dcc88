import { readFileSync } from 'node:fs'

/** The name of the user this process runs as, by the system's own list and not by what the environment claims; `uid-1234` when it has none. */
export function osUser(): string {
  const uid = process.getuid?.() ?? -1
  const line = passwd().find(entry => entry.split(':')[2] === String(uid))
  return line?.split(':')[0] ?? `uid-${uid}`
}

function passwd(): readonly string[] {
  try {
    return readFileSync('/etc/passwd', 'utf8').split('\n')
  } catch {
    // Without the list a user is named by number, which is as good for a record.
    return []
  }
}
