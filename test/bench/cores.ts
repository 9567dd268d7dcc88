import { readFileSync } from 'node:fs'

/** Which cores what runs on. */
export interface Cores {
  /** Prefix of a harness command: the load generator and the backend. */
  readonly harness: readonly string[]
  /** For the report. */
  readonly description: string
}

/**
 * Keeps the harness off the cores of what is measured: the last core is for load generator and backend, the others are for this process and all that it
 * starts, servers and databases. Not where there is one core only, or no `taskset`.
 */
export function pinCores(wanted: boolean): Cores {
  const cores = allowedCores()
  const last = cores.at(-1)
  if (!wanted || cores.length < 2 || last === undefined || !Bun.which('taskset')) return { harness: [], description: 'nothing pinned' }
  const rest = cores.slice(0, -1).join(',')
  const pinned = Bun.spawnSync(['taskset', '--all-tasks', '--cpu-list', '--pid', rest, String(process.pid)])
  if (!pinned.success) return { harness: [], description: 'nothing pinned: taskset refused' }
  return {
    harness: ['taskset', '--cpu-list', String(last)],
    description: `load generator and backend on core ${last}; servers and their PostgreSQL on ${rest}`,
  }
}

/** `0-3,6` of /proc/self/status (proc(5)). */
function allowedCores(): readonly number[] {
  const list = /^Cpus_allowed_list:\s*(.+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0'
  return list.split(',').flatMap(range => {
    const [from = 0, to = from] = range.split('-').map(Number)
    return Array.from({ length: to - from + 1 }, (_, i) => from + i)
  })
}
