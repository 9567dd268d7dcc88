import { cpuMs, familyCpuMs } from './cpu-time.ts'
import { runJson } from './processes.ts'
import type { LoadResult } from './tally.ts'

/** A server that is measured. */
export interface Row {
  readonly name: RowName
  readonly url: string
  readonly pid: number
  /** Of its own PostgreSQL, where it has one. */
  readonly postmaster?: number
}

export type RowName = 'direct' | 'thin' | 'floor' | 'gateway'

/** One measurement: a row at a number of connections, in one repetition. */
export interface Cell extends LoadResult {
  readonly row: RowName
  readonly connections: number
  readonly repetition: number
  /** Of the server process, over all answered calls. */
  readonly cpuMsPerCall: number
  readonly postgresCpuMsPerCall: number
}

export interface CellJob {
  readonly row: Row
  readonly connections: number
  readonly repetition: number
  readonly seconds: number
  readonly token: string
  readonly prefix: readonly string[]
}

const warmupShare = 0.2

/** Runs the load generator against one row, alone on the machine as far as the bench is concerned. */
export async function measureCell({ row, connections, repetition, seconds, token, prefix }: CellJob): Promise<Cell> {
  await untilIdle(row)
  const before = cpuOf(row)
  const job = { url: row.url, token, connections, seconds, warmupSeconds: seconds * warmupShare }
  const result = await runJson<LoadResult>('load.ts', { input: JSON.stringify(job), prefix })
  await untilIdle(row)
  const after = cpuOf(row)
  const calls = Math.max(1, result.answered)
  return {
    row: row.name,
    connections,
    repetition,
    ...result,
    cpuMsPerCall: (after.server - before.server) / calls,
    postgresCpuMsPerCall: (after.postgres - before.postgres) / calls,
  }
}

function cpuOf({ pid, postmaster }: Row) {
  return { server: cpuMs(pid), postgres: postmaster === undefined ? 0 : familyCpuMs(postmaster) }
}

const quietMs = 300
const longestWaitMs = 15_000

/** The projection of what was just recorded belongs to this cell, not to the next one: waits until server and database rest. */
async function untilIdle(row: Row): Promise<void> {
  const deadline = performance.now() + longestWaitMs
  let last = cpuOf(row)
  while (performance.now() < deadline) {
    await Bun.sleep(quietMs)
    const now = cpuOf(row)
    if (now.server + now.postgres - last.server - last.postgres <= quietMs / 20) return
    last = now
  }
}
