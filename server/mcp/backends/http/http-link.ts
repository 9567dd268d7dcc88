import { Failure } from '../../../domain/failure.ts'
import type { HttpTransport } from '../../../domain/server.ts'
import { cancelledFrame, notificationFrame, requestFrame } from '../../wire/frames.ts'
import type { Answer } from '../../wire/message.ts'
import { backendFailure, withDelivery } from '../backend-failure.ts'
import { type Deadline, startDeadline } from '../deadline.ts'
import type { Link, LinkEvents, RequestLimits } from '../link.ts'
import { createReplies, droppedText } from '../replies.ts'
import { resolveBackendUrl } from './backend-url.ts'
import { type OnMessage, readHttpAnswer } from './http-answer.ts'
import { readTarget } from './http-target.ts'
import { unreachableCodes } from './unreachable.ts'

/** Side messages (cancellation, replies, the end of a session) are given up after this. */
const asideTimeoutMs = 5_000

/**
 * A link to a backend over Streamable HTTP (MCP 2025-11-25, basic/transports). One POST a request, never repeated; redirects are not
 * followed; no GET stream is opened. The URL is checked here (`resolveBackendUrl`): fails as that does. `onEnd` is told what the log
 * should know once it is closed.
 */
export async function openHttpLink(
  transport: HttpTransport,
  allowed: readonly string[],
  events: LinkEvents,
  onEnd: (text: string) => void,
): Promise<Link> {
  const target = readTarget(transport, await resolveBackendUrl(transport.url, allowed))
  let lastId = 0
  let broken = false

  const post = (body: string, signal: AbortSignal) =>
    fetch(target.url, { method: 'POST', headers: target.headers, body, redirect: 'manual', signal, timeout: false })

  const aside = async (body: string) => {
    const response = await post(body, AbortSignal.timeout(asideTimeoutMs))
    await response.body?.cancel()
  }
  const replies = createReplies(aside)
  const onMessage: OnMessage = message => {
    if (message.kind === 'request') replies.reply(message)
    else if (message.method === 'notifications/tools/list_changed') events.toolsChanged()
  }
  const onFailure = (failure: Failure) => {
    if (broken || failure.code === 'backend_timeout') return
    broken = true
    events.broken(failure)
  }

  const request = async (method: string, params: string, limits: RequestLimits): Promise<Answer> => {
    const id = ++lastId
    const deadline = startDeadline(limits)
    if (deadline.signal.aborted) throw deadline.failure(false)
    try {
      const response = await post(requestFrame(id, method, params), deadline.signal)
      if (target.isSessionLost(response)) throw backendFailure('backend_unavailable', 'The MCP server has ended our session.', true)
      const answer = await readHttpAnswer(response, id, onMessage)
      if (method === 'initialize') target.startSession(response)
      return answer
    } catch (error) {
      const failure = failureOf(error, deadline)
      if (!deadline.signal.aborted) onFailure(failure)
      // A cancellation that does not arrive changes nothing here: the call itself has its own deadline.
      else if (method !== 'initialize') aside(cancelledFrame(id, 'nobody waits any more')).catch(() => undefined)
      throw failure
    } finally {
      deadline.end()
    }
  }

  const close = async () => {
    const dropped = droppedText(replies)
    if (dropped !== undefined) onEnd(dropped)
    await endSession(target.url, target.sessionHeaders())
  }
  return {
    request,
    notify: method => aside(notificationFrame(method)).catch(error => Promise.reject(connectionFailure(error))),
    agreed: target.agree,
    close,
  }
}

function failureOf(error: unknown, deadline: Deadline): Failure {
  if (error instanceof Failure) return withDelivery(error, true)
  return deadline.signal.aborted ? deadline.failure(true) : connectionFailure(error)
}

function connectionFailure(error: unknown): Failure {
  const { code } = error as { readonly code?: unknown }
  if (typeof code === 'string' && unreachableCodes.has(code)) {
    return backendFailure('backend_unavailable', `The MCP server cannot be reached (${code}).`, false, error)
  }
  return backendFailure('backend_unavailable', 'The connection to the MCP server broke before it answered.', true, error)
}

/** The runtime may send a DELETE again after a dropped connection: ending a session twice is harmless. */
async function endSession(url: string, headers: Record<string, string> | undefined): Promise<void> {
  if (headers === undefined) return
  const request = { method: 'DELETE', headers, redirect: 'manual', signal: AbortSignal.timeout(asideTimeoutMs) } as const
  // The server may be gone or may not know DELETE (405): in both cases there is nothing left to end.
  await fetch(url, request).then(
    response => response.body?.cancel(),
    () => undefined,
  )
}
