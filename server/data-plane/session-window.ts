/** How many calls a session has made here, for policies to see. In memory, bounded: the longest unused are forgotten first. */
export interface SessionWindow {
  readonly counts: (sessionId: string) => SessionCounts
  readonly note: (sessionId: string, denied: boolean) => void
}

/** Calls made, and those of them that were denied. */
export interface SessionCounts {
  readonly calls: number
  readonly denied: number
}

const maxSessions = 20_000
const none: SessionCounts = { calls: 0, denied: 0 }

/** An empty window; it lives as long as the process and forgets with it. */
export function createSessionWindow(): SessionWindow {
  const sessions = new Map<string, { calls: number; denied: number }>()
  return {
    counts: sessionId => sessions.get(sessionId) ?? none,
    note: (sessionId, denied) => {
      const counts = sessions.get(sessionId) ?? { calls: 0, denied: 0 }
      counts.calls++
      if (denied) counts.denied++
      sessions.delete(sessionId)
      sessions.set(sessionId, counts)
      if (sessions.size > maxSessions) sessions.delete(sessions.keys().next().value as string)
    },
  }
}
