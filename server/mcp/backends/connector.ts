import type { Clock } from '../../domain/clock.ts'
import { Failure } from '../../domain/failure.ts'
import { backOffMs } from './back-off.ts'
import { backendFailure, withDelivery } from './backend-failure.ts'

/** Makes one thing at a time, and leaves a backend alone for a while after it failed. */
export interface Connector<T> {
  /**
   * What is being made, or a new one: callers who come together share one attempt. Rejects at once while the back-off lasts, with
   * `backend_unavailable` that says why and when it is tried again.
   */
  readonly connect: () => Promise<T>
  /** It ended without having been of use: counts as one more failure in a row. */
  readonly failed: (reason: string) => void
  /** It has been of use: the row of failures is over. */
  readonly proven: () => void
}

/** A connector that has not failed yet. A refusal (`backend_refused`) is our own and costs nobody anything: it starts no back-off. */
export function createConnector<T>(make: () => Promise<T>, clock: Clock): Connector<T> {
  let attempt: Promise<T> | undefined
  let failures = 0
  let retryAt = Number.NEGATIVE_INFINITY
  let lastReason = ''

  const failed = (reason: string) => {
    failures++
    retryAt = clock.monotonic() + backOffMs(failures)
    lastReason = reason
  }
  const run = async (): Promise<T> => {
    try {
      return await make()
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      if (error.code !== 'backend_refused') failed(error.message)
      throw withDelivery(error, false)
    } finally {
      attempt = undefined
    }
  }
  const connect = async (): Promise<T> => {
    if (attempt !== undefined) return attempt
    const waitMs = retryAt - clock.monotonic()
    if (waitMs > 0) throw resting(lastReason, waitMs)
    attempt = run()
    return attempt
  }
  return {
    connect,
    failed,
    proven: () => {
      failures = 0
    },
  }
}

function resting(reason: string, waitMs: number): Failure {
  const seconds = Math.ceil(waitMs / 1_000)
  return backendFailure('backend_unavailable', `${reason} It is tried again in ${seconds} s.`, false)
}
