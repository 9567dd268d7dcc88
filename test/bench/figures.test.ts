import { expect, test } from 'bun:test'
import type { Cell, RowName } from './cell.ts'
import { figuresOf, median } from './figures.ts'
import { quantile } from './tally.ts'

const none = { counted: 0, answered: 0, failures: 0, failed: [] }

function cell(row: RowName, connections: number, repetition: number, requestsPerSecond: number, p50: number): Cell {
  return { row, connections, repetition, requestsPerSecond, p50, p99: 10 * p50, cpuMsPerCall: p50, postgresCpuMsPerCall: 2 * p50, ...none }
}

/** The machine is twice as slow in the second repetition: ratios within one do not see it. */
function repetitionOf(repetition: number, speed: number, gateway: number): readonly Cell[] {
  return [1, 32].flatMap(connections => [
    cell('direct', connections, repetition, 4000 * speed, 0.1 / speed),
    cell('thin', connections, repetition, 2000 * speed, 0.2 / speed),
    cell('floor', connections, repetition, 1000 * speed, 0.4 / speed),
    cell('gateway', connections, repetition, gateway * speed, 0.6 / speed),
  ])
}

test('ratios are taken within a repetition, then the median over them', () => {
  const cells = [...repetitionOf(1, 1, 600), ...repetitionOf(2, 0.5, 500), ...repetitionOf(3, 1, 900)]
  const figures = figuresOf(cells, [
    { 1: 100, 64: 300 },
    { 1: 100, 64: 500 },
    { 1: 10, 64: 40 },
  ])
  expect(figures.rps_ratio_to_floor_32).toBeCloseTo(0.6)
  expect(figures.rps_ratio_to_thin_proxy_32).toBeCloseTo(0.3)
  expect(figures.floor_rps_ratio_to_thin_proxy_32).toBeCloseTo(0.5)
  expect(figures.added_p50_ms_1).toBeCloseTo(0.5)
  expect(figures.added_p99_ms_1).toBeCloseTo(5)
  expect(figures.added_p50_over_floor_ms_1).toBeCloseTo(0.2)
  expect(figures.cpu_ms_per_call_32).toBeCloseTo(0.6)
  expect(figures.postgres_cpu_ms_per_call_32).toBeCloseTo(1.2)
  expect(figures.appends_ratio_64_to_1).toBeCloseTo(4)
})

test('a row that was not measured is not passed over', () => {
  const cells = repetitionOf(1, 1, 600).filter(({ row }) => row !== 'floor')
  expect(() => figuresOf(cells, [])).toThrow('floor was not measured at 32 connections in repetition 1')
})

test('median and quantile', () => {
  expect(median([3, 1, 2])).toBe(2)
  expect(median([4, 1, 2, 3])).toBe(2.5)
  expect(median([])).toBeNaN()
  const hundred = Array.from({ length: 100 }, (_, i) => i + 1)
  expect([quantile(hundred, 0.5), quantile(hundred, 0.99), quantile([7], 0.99)]).toEqual([50, 99, 7])
  expect(quantile([], 0.5)).toBeNaN()
})
