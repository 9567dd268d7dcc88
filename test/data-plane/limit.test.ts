import { describe, expect, test } from 'bun:test'
import { createRateLimiter } from '../../server/data-plane/limit.ts'
import { Failure } from '../../server/domain/failure.ts'

const windowMs = 60_000

/** Whether a call is let in, and if not, the seconds to wait. */
function tried(take: () => void): 'in' | number {
  try {
    take()
    return 'in'
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'rate_limited') throw error
    return (error.details as { readonly retry_after: number }).retry_after
  }
}

describe('never more than the rate in any window', () => {
  const patterns: readonly (readonly [string, (step: number) => number])[] = [
    ['at once', () => 0],
    ['evenly', () => 137],
    ['a burst at the end of each minute', step => (step % 40 === 0 ? 59_990 : 1)],
    ['a burst in the middle', step => (step % 25 === 0 ? 31_000 : 3)],
    ['anyhow', step => (step * 7_919) % 4_001],
  ]
  test.each(patterns)('%s', (_, gapAt) => {
    let at = 12_345
    const { take } = createRateLimiter({ count: 20, windowMs }, () => at)
    const accepted: number[] = []
    for (let step = 1; step <= 3_000; step++) {
      at += gapAt(step)
      if (tried(() => take('a')) === 'in') accepted.push(at)
    }
    for (const [i, time] of accepted.entries()) {
      const later = accepted[i + 20]
      if (later !== undefined) expect(later - time).toBeGreaterThanOrEqual(windowMs)
    }
    expect(accepted.length).toBeGreaterThanOrEqual(20)
  })

  test('whoever waits as long as told is let in', () => {
    let at = 777
    const { take } = createRateLimiter({ count: 3, windowMs }, () => at)
    for (let i = 0; i < 3; i++) expect(tried(() => take('a'))).toBe('in')
    const wait = tried(() => take('a'))
    expect(wait).toBeGreaterThan(0)
    at += Number(wait) * 1_000
    expect(tried(() => take('a'))).toBe('in')
  })

  test('who keeps to nine tenths of the rate is never refused', () => {
    let at = 0
    const { take } = createRateLimiter({ count: 100, windowMs }, () => at)
    for (let i = 0; i < 1_000; i++) {
      at += windowMs / 90
      expect(tried(() => take('a'))).toBe('in')
    }
  })

  test('after a silence of any length it begins anew', () => {
    let at = 5
    const { take } = createRateLimiter({ count: 1, windowMs }, () => at)
    for (const silence of [0, 66_001, 120_000, 3_600_000, 1e12]) {
      at += silence
      expect(tried(() => take('a'))).toBe('in')
    }
  })

  test('each has a rate of its own', () => {
    const { take } = createRateLimiter({ count: 1, windowMs }, () => 1)
    expect(tried(() => take('a'))).toBe('in')
    expect(tried(() => take('b'))).toBe('in')
    expect(tried(() => take('a'))).not.toBe('in')
  })
})

test('memory is bounded, and a busy one is not forgotten for the sake of strangers', () => {
  const { take } = createRateLimiter({ count: 2, windowMs }, () => 1)
  take('busy')
  for (let i = 0; i < 25_000; i++) {
    take(`stranger ${i}`)
    if (i % 10_000 === 0) tried(() => take('busy'))
  }
  expect(tried(() => take('busy'))).not.toBe('in')
  expect(tried(() => take('stranger 0'))).toBe('in')
})
