import type { Clock } from '../../domain/clock.ts'
import type { ServerProfile } from '../../domain/server.ts'
import type { Connection } from './connection.ts'

/** A tool list older than this is fetched again behind the caller who finds it so. */
const maxAgeMs = 60_000
/** A backend that announces changes without end is asked at most this often. */
const pauseMs = 1_000

/** Keeps the profile of one connection fresh. */
export interface Refresher {
  /** The profile as it is held. */
  readonly profile: () => ServerProfile
  /** The backend says that its tools changed. */
  readonly changed: () => void
}

export interface RefresherOptions {
  readonly connection: Connection
  readonly clock: Clock
  readonly timeoutMs: number
  /** The tools have been listed again. */
  readonly onChange: () => void
}

/** One listing at a time; a listing that fails leaves the profile as it was and is tried again by the next caller who finds it old. */
export function createRefresher({ connection, clock, timeoutMs, onChange }: RefresherOptions): Refresher {
  let listedAt = clock.monotonic()
  let running = false
  let again = false

  const refresh = async () => {
    running = true
    listedAt = clock.monotonic()
    // What is wrong with the backend is said to those who call it: a listing has no caller.
    await connection.refresh({ timeoutMs }).then(onChange, () => undefined)
    running = false
    if (again) later()
  }
  const later = () => {
    again = false
    setTimeout(() => void refresh(), pauseMs).unref()
    running = true
  }
  return {
    profile: () => {
      if (!running && clock.monotonic() - listedAt > maxAgeMs) void refresh()
      return connection.profile()
    },
    changed: () => {
      if (running) again = true
      else void refresh()
    },
  }
}
