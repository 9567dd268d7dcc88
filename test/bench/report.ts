import { cpus, release, totalmem } from 'node:os'
import type { Cell, RowName } from './cell.ts'
import type { Evidence } from './evidence.ts'
import { type Figures, leastShareOfFloor, median } from './figures.ts'

/** Everything that a run found. */
export interface Report {
  readonly figures: Figures
  readonly machine: Readonly<Record<string, string | number>>
  readonly medians: readonly Medians[]
  readonly evidence: Evidence
  /** Any of these fails the run: calls that failed, records that are missing. */
  readonly faults: readonly string[]
  readonly appends: readonly Readonly<Record<string, number>>[]
  readonly cells: readonly Cell[]
}

export interface Medians {
  readonly row: RowName
  readonly connections: number
  readonly requestsPerSecond: number
  readonly p50: number
  readonly p99: number
  readonly cpuMsPerCall: number
  readonly postgresCpuMsPerCall: number
}

const measures = ['requestsPerSecond', 'p50', 'p99', 'cpuMsPerCall', 'postgresCpuMsPerCall'] as const

const labels: Readonly<Record<RowName, string>> = {
  direct: 'backend, direct',
  thin: 'thin proxy',
  floor: 'journal floor',
  gateway: 'behavry',
}

/** Medians over repetitions, in the order of first measurement. */
export function mediansOf(cells: readonly Cell[]): readonly Medians[] {
  const groups = Map.groupBy(cells, cell => `${cell.connections} ${cell.row}`)
  return [...groups.values()].flatMap(group => {
    const [first] = group
    if (!first) return []
    const values = measures.map(name => [name, median(group.map(cell => cell[name]))] as const)
    return [
      { row: first.row, connections: first.connections, ...(Object.fromEntries(values) as Record<(typeof measures)[number], number>) },
    ]
  })
}

/** What the numbers were measured on. */
export function machineFacts(pinning: string): Report['machine'] {
  const [cpu] = cpus()
  return {
    cpu: cpu?.model ?? 'unknown',
    cores: cpus().length,
    memory_gib: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    bun: Bun.version,
    pinning,
    measured_at: new Date().toISOString(),
  }
}

/** The report as people read it. */
export function printable(report: Report): string {
  const { medians, figures, machine, evidence, faults } = report
  const head = ['conn', 'server', 'req/s', 'of floor', 'p50 ms', 'p99 ms', 'cpu ms/call', 'postgres']
  const rows = medians.map(row => [
    `${row.connections}`,
    labels[row.row],
    row.requestsPerSecond.toFixed(0),
    percentOfFloor(row, medians),
    row.p50.toFixed(3),
    row.p99.toFixed(3),
    row.cpuMsPerCall.toFixed(3),
    row.postgresCpuMsPerCall.toFixed(3),
  ])
  const share = figures.rps_ratio_to_floor_32
  return [
    `${machine.cores} cores, ${machine.cpu}; ${machine.pinning}`,
    '',
    ...aligned([head, ...rows]),
    '',
    ...aligned(Object.entries(figures).map(([name, value]) => [name, value.toFixed(3)])),
    '',
    ...faults.map(fault => `FAULT: ${fault}`),
    `calls answered ${evidence.answered}, forwarded ${evidence.forwarded}, decisions recorded ${evidence.decisions}; ${evidence.verified}`,
    `${share >= leastShareOfFloor ? 'PASS' : 'FAIL'}: ${(share * 100).toFixed(1)} % of the journal floor at 32 connections (bar ${(leastShareOfFloor * 100).toFixed(0)} %)`,
    '',
  ].join('\n')
}

function percentOfFloor(row: Medians, medians: readonly Medians[]): string {
  const floor = medians.find(other => other.row === 'floor' && other.connections === row.connections)
  return floor ? `${((row.requestsPerSecond / floor.requestsPerSecond) * 100).toFixed(0)} %` : ''
}

/** Numbers to the right, words to the left. */
function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0)))
  const pad = (text: string, width: number) => (/^[\d.-]/.test(text) ? text.padStart(width) : text.padEnd(width))
  return rows.map(row =>
    row
      .map((text, column) => pad(text, widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}
