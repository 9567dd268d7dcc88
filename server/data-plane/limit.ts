import { Failure } from '../domain/failure.ts'

/** `count` calls in any `windowMs`. */
export interface Rate {
  readonly count: number
  readonly windowMs: number
}

export interface RateLimiter {
  /** Counts one call of a principal; throws `rate_limited` with `details.retry_after` (seconds) when it is over its rate. */
  readonly take: (principal: string) => void
}

interface Window {
  start: number
  current: number
  previous: number
}

const maxPrincipals = 20_000

/**
 * A sliding window by two counters: the share of the last whole window that still overlaps, and the current one. Constant memory a principal; the error
 * against an exact log stays within what the last window's unevenness allows. Refused calls do not count.
 */
export function createRateLimiter(rate: Rate, now: () => number): RateLimiter {
  const windows = new Map<string, Window>()
  return {
    take: principal => {
      const at = now()
      const window = slide(windows, principal, at, rate.windowMs)
      const overlap = 1 - (at - window.start) / rate.windowMs
      if (window.previous * overlap + window.current >= rate.count) {
        throw new Failure('rate_limited', undefined, {
          details: { retry_after: Math.max(1, Math.ceil((window.start + rate.windowMs - at) / 1000)) },
        })
      }
      window.current++
    },
  }
}

function slide(windows: Map<string, Window>, principal: string, at: number, windowMs: number): Window {
  const window = windows.get(principal)
  if (!window) {
    if (windows.size >= maxPrincipals) windows.delete(windows.keys().next().value as string)
    const fresh = { start: at, current: 0, previous: 0 }
    windows.set(principal, fresh)
    return fresh
  }
  const passed = Math.floor((at - window.start) / windowMs)
  if (passed > 0) {
    window.previous = passed === 1 ? window.current : 0
    window.current = 0
    window.start += passed * windowMs
  }
  return window
}
