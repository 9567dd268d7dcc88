import { Failure } from '../../domain/failure.ts'
import type { Postmaster } from './postmaster.ts'

export interface Supervised {
  readonly stop: () => Promise<void>
}

const firstPauseMs = 50
const longestPauseMs = 2_000
/** A server that lived this long counts as sound, and its next death is answered without a pause that has grown. */
const soundAfterMs = 30_000

/**
 * Keeps a server running: when it ends by itself it is started again, after a pause that doubles from 50 ms up to 2 s, for as long as
 * it takes (a full disk may be freed). `onExit` hears of each end and of each start that failed. The first start is the caller's to
 * see: its failure is thrown.
 */
export const supervise = async (start: () => Promise<Postmaster>, onExit: (detail: string) => void): Promise<Supervised> => {
  const stopping = Promise.withResolvers<void>()
  let stopped = false
  let current = await start()

  const keep = async (): Promise<void> => {
    let pauseMs = firstPauseMs
    while (!stopped) {
      const since = performance.now()
      const reason = await current.ended
      if (stopped) return
      onExit(`The embedded PostgreSQL ${reason}; it is started again.`)
      if (performance.now() - since > soundAfterMs) pauseMs = firstPauseMs
      pauseMs = await restart(pauseMs)
    }
  }

  const restart = async (pauseMs: number): Promise<number> => {
    await Promise.race([Bun.sleep(pauseMs), stopping.promise])
    if (stopped) return pauseMs
    const longer = Math.min(2 * pauseMs, longestPauseMs)
    try {
      current = await start()
      return longer
    } catch (error) {
      onExit(error instanceof Failure ? error.message : `The embedded PostgreSQL could not be started: ${String(error)}`)
      return restart(longer)
    }
  }

  const kept = keep()
  const stop = async (): Promise<void> => {
    stopped = true
    stopping.resolve()
    await current.stop()
    await kept
    // A restart that was under way when we were told to stop has finished by now.
    await current.stop()
  }
  return { stop }
}
