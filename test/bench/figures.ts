import type { Cell, RowName } from './cell.ts'

/** What is promised about speed, by name; each is a median over repetitions of what was compared within one repetition. */
export interface Figures {
  readonly rps_ratio_to_thin_proxy_32: number
  readonly rps_ratio_to_floor_32: number
  readonly floor_rps_ratio_to_thin_proxy_32: number
  /** Over the backend direct, milliseconds. */
  readonly added_p50_ms_1: number
  readonly added_p99_ms_1: number
  readonly added_p50_over_floor_ms_1: number
  /** Of the gateway's process. */
  readonly cpu_ms_per_call_32: number
  readonly postgres_cpu_ms_per_call_32: number
  /** Of the journal alone. */
  readonly appends_ratio_64_to_1: number
}

/** At least this share of the floor's requests a second at 32 connections. */
export const leastShareOfFloor = 0.55

export function figuresOf(cells: readonly Cell[], appends: readonly Readonly<Record<string, number>>[]): Figures {
  const repetitions = [...new Set(cells.map(cell => cell.repetition))]
  const compare = (connections: number, work: (of: (row: RowName) => Cell) => number) =>
    median(repetitions.map(repetition => work(row => find(cells, row, connections, repetition))))
  return {
    rps_ratio_to_thin_proxy_32: compare(32, of => of('gateway').requestsPerSecond / of('thin').requestsPerSecond),
    rps_ratio_to_floor_32: compare(32, of => of('gateway').requestsPerSecond / of('floor').requestsPerSecond),
    floor_rps_ratio_to_thin_proxy_32: compare(32, of => of('floor').requestsPerSecond / of('thin').requestsPerSecond),
    added_p50_ms_1: compare(1, of => of('gateway').p50 - of('direct').p50),
    added_p99_ms_1: compare(1, of => of('gateway').p99 - of('direct').p99),
    added_p50_over_floor_ms_1: compare(1, of => of('gateway').p50 - of('floor').p50),
    cpu_ms_per_call_32: compare(32, of => of('gateway').cpuMsPerCall),
    postgres_cpu_ms_per_call_32: compare(32, of => of('gateway').postgresCpuMsPerCall),
    appends_ratio_64_to_1: median(appends.map(round => (round[64] ?? 0) / (round[1] ?? 0))),
  }
}

function find(cells: readonly Cell[], row: RowName, connections: number, repetition: number): Cell {
  const found = cells.find(cell => cell.row === row && cell.connections === connections && cell.repetition === repetition)
  if (!found) throw new Error(`${row} was not measured at ${connections} connections in repetition ${repetition}`)
  return found
}

/** The middle value, or the mean of the two in the middle; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2
}
