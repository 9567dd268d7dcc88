import { readdirSync, readFileSync } from 'node:fs'

/** Ticks of `/proc/<pid>/stat` are 10 ms wherever Linux runs on x86 or arm (proc_pid_stat(5), USER_HZ). */
const tickMs = 10

interface Stat {
  readonly parent: number
  readonly own: number
  /** Of children that have ended and were waited for. */
  readonly gone: number
}

/** CPU time, in milliseconds, that a process has used so far in all its threads. */
export function cpuMs(pid: number): number {
  return (readStat(pid)?.own ?? 0) * tickMs
}

/** The same of a process and its children, living and gone: of a PostgreSQL server by its postmaster. */
export function familyCpuMs(pid: number): number {
  const children = readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(name => readStat(Number(name)))
    .filter(stat => stat?.parent === pid)
  const parent = readStat(pid)
  const living = children.reduce((sum, child) => sum + (child?.own ?? 0), 0)
  return ((parent?.own ?? 0) + (parent?.gone ?? 0) + living) * tickMs
}

/** The name in parentheses may hold anything: the fields are counted from its end. Undefined for a process that is gone. */
function readStat(pid: number): Stat | undefined {
  const text = readText(`/proc/${pid}/stat`)
  if (text === undefined) return undefined
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number)
  const at = (number: number) => fields[number - 3] ?? 0
  return { parent: at(4), own: at(14) + at(15), gone: at(16) + at(17) }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
