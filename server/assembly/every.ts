import type { Log } from '../domain/log.ts'

export interface Job {
  /** Waits for the run under way, if any. */
  readonly stop: () => Promise<void>
}

/** Runs some housekeeping again and again, never twice at once. A run that fails is logged and does not end the job. */
export function every(ms: number, name: string, work: () => Promise<unknown>, log: Log): Job {
  let running: Promise<unknown> | undefined
  const timer = setInterval(() => {
    running ??= work()
      .catch(error => log('error', 'job_failed', { job: name, error }))
      .finally(() => {
        running = undefined
      })
  }, ms)
  return {
    stop: async () => {
      clearInterval(timer)
      await running
    },
  }
}
