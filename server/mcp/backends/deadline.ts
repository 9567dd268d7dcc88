import type { Failure } from '../../domain/failure.ts'
import { backendFailure } from './backend-failure.ts'
import type { RequestLimits } from './link.ts'

/** One call's end: by time or by the caller, whichever comes first. `end()` must be called; it frees the timer and the listener. */
export interface Deadline {
  readonly signal: AbortSignal
  /** What to throw now that `signal` is aborted. */
  readonly failure: (sent: boolean) => Failure
  readonly end: () => void
}

/** Starts the clock of a call. Cheaper than `AbortSignal.any`, whose signals live until they are collected. */
export function startDeadline(limits: RequestLimits): Deadline {
  const controller = new AbortController()
  let timedOut = false
  const onCancel = () => controller.abort()
  const timer = setTimeout(() => {
    timedOut = true
    controller.abort()
  }, limits.timeoutMs)
  if (limits.signal?.aborted) controller.abort()
  limits.signal?.addEventListener('abort', onCancel, { once: true })
  return {
    signal: controller.signal,
    failure: sent => (timedOut ? timeout(limits.timeoutMs, sent) : cancelled(sent)),
    end: () => {
      clearTimeout(timer)
      limits.signal?.removeEventListener('abort', onCancel)
    },
  }
}

/** Waits for what others share, but no longer than this caller may; the work itself goes on. */
export async function within<T>(work: Promise<T>, limits: RequestLimits): Promise<T> {
  const deadline = startDeadline(limits)
  const gaveUp = Promise.withResolvers<never>()
  const onAbort = () => gaveUp.reject(deadline.failure(false))
  if (deadline.signal.aborted) onAbort()
  deadline.signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([work, gaveUp.promise])
  } finally {
    deadline.end()
  }
}

function timeout(timeoutMs: number, sent: boolean): Failure {
  return backendFailure('backend_timeout', `The MCP server did not answer within ${Math.round(timeoutMs)} ms.`, sent)
}

function cancelled(sent: boolean): Failure {
  return backendFailure('backend_unavailable', 'The call was cancelled before the MCP server answered.', sent)
}
