import type { Failure } from '../../../domain/failure.ts'
import { cancelledFrame, notificationFrame, requestFrame } from '../../wire/frames.ts'
import type { Answer } from '../../wire/message.ts'
import { backendFailure, withDelivery } from '../backend-failure.ts'
import { startDeadline } from '../deadline.ts'
import { createInbox } from '../inbox.ts'
import type { Link, LinkEvents, RequestLimits } from '../link.ts'
import { createReplies, droppedText } from '../replies.ts'
import type { Child } from './child.ts'
import { readStdout } from './stdout-reader.ts'

/** Requests that a child has not answered yet hold at most this many characters together. */
const maxUnanswered = 64 * 1024 * 1024

/**
 * A link to a child over its pipes, one JSON-RPC message a line (MCP 2025-11-25, basic/transports, stdio). When the child ends or breaks
 * the protocol, what it had written is read to the end, then every pending request fails and the process group is stopped; one that
 * broke the protocol is killed at once.
 */
export function openStdioLink(child: Child, events: LinkEvents, onEnd: (how: string) => void): Link {
  const inbox = createInbox()
  const closing = new AbortController()
  const replies = createReplies(frame => child.write(`${frame}\n`))
  let lastId = 0
  let unanswered = 0
  let end: Failure | undefined

  const close = async (reason: Failure = stopped()) => {
    if (end === undefined) {
      end = reason
      closing.abort()
      inbox.rejectAll(reason)
      events.broken(reason)
    }
    await (reason.code === 'backend_invalid' ? child.kill() : child.stop())
  }
  const send = (frame: string) => void child.write(`${frame}\n`)

  const request = async (method: string, params: string, limits: RequestLimits): Promise<Answer> => {
    if (end !== undefined) throw withDelivery(end, false)
    const deadline = startDeadline(limits)
    if (deadline.signal.aborted) throw deadline.failure(false)
    if (unanswered + params.length > maxUnanswered)
      throw backendFailure('backend_unavailable', 'The MCP server is too slow for what is asked of it.', false)
    const id = ++lastId
    unanswered += params.length
    const onAbort = () => {
      inbox.reject(id, deadline.failure(true))
      if (method !== 'initialize') send(cancelledFrame(id, 'nobody waits any more'))
    }
    deadline.signal.addEventListener('abort', onAbort, { once: true })
    try {
      const answer = inbox.expect(id)
      send(requestFrame(id, method, params))
      return await answer
    } finally {
      unanswered -= params.length
      deadline.end()
    }
  }

  const read = async () => {
    const reason = await readStdout(child, {
      lastId: () => lastId,
      inbox,
      signal: closing.signal,
      onRequest: replies.reply,
      onNotification: method => method === 'notifications/tools/list_changed' && events.toolsChanged(),
    })
    if (end === undefined) onEnd([reason.message, droppedText(replies)].filter(Boolean).join(' '))
    await close(reason)
  }
  void read()

  return {
    request,
    notify: async method => send(notificationFrame(method)),
    agreed: () => {},
    close: () => close(),
  }
}

function stopped(): Failure {
  return backendFailure('backend_unavailable', 'The MCP server was stopped.', true)
}
