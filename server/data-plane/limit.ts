import { Failure } from '../domain/failure.ts'

/** `count` calls in any `windowMs`. */
export interface Rate {
  readonly count: number
  readonly windowMs: number
}

/** Counts calls by principal. */
export interface RateLimiter {
  /** Counts one call of a principal; throws `rate_limited` with `details.retry_after` (seconds) when it is over its rate. */
  readonly take: (principal: string) => void
}

/** Calls counted by slices of the window. */
interface Window {
  /** Of slice `n` at `n % counts.length`. */
  readonly counts: number[]
  /** The newest slice that was looked at. */
  newest: number
}

const maxPrincipals = 20_000
/** The window's slices; one more is kept, which the window covers in part. */
const slices = 10

/**
 * A sliding window in ten slices. In no stretch of `windowMs` are there more than `count` calls; the price is that a call may weigh for a tenth longer than
 * that. Constant memory a principal; beyond 20,000 of them the longest silent is forgotten. Refused calls do not count.
 */
export function createRateLimiter(rate: Rate, now: () => number): RateLimiter {
  const windows = new Map<string, Window>()
  const sliceMs = rate.windowMs / slices
  return {
    take: principal => {
      const at = now()
      const slice = Math.floor(at / sliceMs)
      const window = windows.get(principal) ?? { counts: new Array<number>(slices + 1).fill(0), newest: slice }
      remember(windows, principal, window)
      advance(window, slice)
      if (window.counts.reduce((sum, count) => sum + count, 0) >= rate.count) {
        const waitMs = (oldest(window) + slices + 1) * sliceMs - at
        throw new Failure('rate_limited', undefined, { details: { retry_after: Math.max(1, Math.ceil(waitMs / 1000)) } })
      }
      const place = window.newest % window.counts.length
      window.counts[place] = (window.counts[place] ?? 0) + 1
    },
  }
}

/** A map keeps the order of insertion: whoever was here last stands last. */
function remember(windows: Map<string, Window>, principal: string, window: Window): void {
  windows.delete(principal)
  windows.set(principal, window)
  if (windows.size > maxPrincipals) windows.delete(windows.keys().next().value as string)
}

/** Empties the slices that were passed over since. */
function advance(window: Window, slice: number): void {
  const { counts } = window
  for (let next = Math.max(window.newest + 1, slice - slices); next <= slice; next++) counts[next % counts.length] = 0
  window.newest = Math.max(window.newest, slice)
}

/** The oldest slice that holds a call; the newest when none does. */
function oldest({ counts, newest }: Window): number {
  for (let slice = newest - slices; slice < newest; slice++) if ((counts[slice % counts.length] ?? 0) > 0) return slice
  return newest
}
