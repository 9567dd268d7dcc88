/** What a load found. Latencies in milliseconds, as they were measured, of the answers that came within the counted time. */
export interface LoadResult {
  readonly requestsPerSecond: number
  readonly p50: number
  readonly p99: number
  readonly counted: number
  /** All good answers, those before and after the counted time too. */
  readonly answered: number
  readonly failures: number
  /** The first few, in words. */
  readonly failed: readonly string[]
}

export interface Tally {
  /** A good answer, at these monotonic milliseconds. */
  readonly answer: (sentAt: number, now: number) => void
  readonly fail: (why: string) => void
  readonly result: () => LoadResult
}

const shownFailures = 3

/** Counts what comes between `from` and `until`, monotonic milliseconds. */
export function createTally(from: number, until: number): Tally {
  const latencies: number[] = []
  const failed: string[] = []
  let answered = 0
  let failures = 0
  return {
    answer: (sentAt, now) => {
      answered++
      if (now >= from && now < until) latencies.push(now - sentAt)
    },
    fail: why => {
      failures++
      if (failed.length < shownFailures) failed.push(why)
    },
    result: () => {
      const sorted = latencies.toSorted((a, b) => a - b)
      const requestsPerSecond = (sorted.length * 1000) / (until - from)
      return {
        requestsPerSecond,
        p50: quantile(sorted, 0.5),
        p99: quantile(sorted, 0.99),
        counted: sorted.length,
        answered,
        failures,
        failed,
      }
    },
  }
}

/** Nearest rank, of sorted values; NaN of none. */
export function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN
}
