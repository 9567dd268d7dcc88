import { backendFailure } from './backend-failure.ts'

/** How much a backend may say that answers nothing. */
export interface ChatterLimits {
  readonly messages: number
  readonly bytes: number
  /** Counting starts anew this long after the first message that was counted; never, unless given. */
  readonly windowMs?: number
}

/** Counts one message that is no answer. Throws `backend_invalid` once the limits are passed. */
export type ChatterBudget = (bytes: number) => void

/** What a child may say in a second: far more than progress and logging take, far less than one core of ours can read. */
export const pipeChatter: ChatterLimits = { messages: 2_000, bytes: 4 * 1024 * 1024, windowMs: 1_000 }

/** What may come on one event stream before its answer. */
export const streamChatter: ChatterLimits = { messages: 1_000, bytes: 4 * 1024 * 1024 }

/** A budget of which nothing is spent. */
export function createChatterBudget({ messages, bytes, windowMs = Number.POSITIVE_INFINITY }: ChatterLimits): ChatterBudget {
  let since = performance.now()
  let countedMessages = 0
  let countedBytes = 0
  return size => {
    const now = performance.now()
    if (now - since >= windowMs) {
      since = now
      countedMessages = 0
      countedBytes = 0
    }
    countedMessages++
    countedBytes += size
    if (countedMessages > messages || countedBytes > bytes)
      throw backendFailure('backend_invalid', 'The MCP server floods us with messages that answer nothing.', true)
  }
}
