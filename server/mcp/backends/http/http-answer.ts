import type { Failure } from '../../../domain/failure.ts'
import { createEventReader } from '../../wire/event-stream.ts'
import { type Answer, type Message, readMessage } from '../../wire/message.ts'
import { type BackendFailureCode, backendFailure } from '../backend-failure.ts'
import { createChatterBudget, streamChatter } from '../chatter.ts'
import { maxMessageBytes } from '../link.ts'
import { createPace, nextTurn } from '../pace.ts'
import { piecesOf, readBodyText } from './http-body.ts'

/** One answer, and before it the chatter that is allowed with as much again of comments and field names around it. */
const maxStreamBytes = maxMessageBytes + 2 * streamChatter.bytes

/** What to do with the messages that come before the answer on an event stream. */
export type OnMessage = (message: Exclude<Message, { kind: 'answer' }>) => void

/**
 * Reads the answer to request `id` from a response of the Streamable HTTP transport. Throws `backend_invalid` or `backend_unavailable`
 * for everything that is not exactly one answer with that id; the status alone never makes an answer.
 */
export async function readHttpAnswer(response: Response, id: number, onMessage: OnMessage): Promise<Answer> {
  const type = mediaType(response)
  if (!response.ok) return await readRefusal(response, type, id)
  if (type === 'application/json') return answerTo(id, readMessage(await readBodyText(response)))
  if (type === 'text/event-stream') return await readEventStream(response, id, onMessage)
  throw fault('backend_invalid', `The MCP server answered HTTP ${response.status} without JSON or an event stream.`)
}

function mediaType(response: Response): string {
  return (response.headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
}

/** A JSON-RPC error to our own request may come with a 4xx; every other status is a fault of the server or of its guard. */
async function readRefusal(response: Response, type: string, id: number): Promise<Answer> {
  const { status } = response
  if (status >= 300 && status < 400) throw fault('backend_invalid', `The MCP server redirects (HTTP ${status}), which is not followed.`)
  if (status === 401 || status === 403) {
    throw fault('backend_unavailable', `The MCP server refused our credentials (HTTP ${status}): check the headers of its definition.`)
  }
  if (status >= 400 && status < 500 && type === 'application/json') {
    const message = await readRefusalBody(response)
    if (message?.kind === 'answer' && message.id === id && message.answer.kind === 'error') return message.answer
  }
  throw fault('backend_unavailable', `The MCP server answered HTTP ${status}.`)
}

async function readRefusalBody(response: Response): Promise<Message | undefined> {
  try {
    return readMessage(await readBodyText(response))
  } catch {
    // The status is the better thing to report than a body that nobody promised to be JSON-RPC.
    return undefined
  }
}

/** Leaving early, by answer or failure, drops the connection. Others have their turn while it reads. */
async function readEventStream(response: Response, id: number, onMessage: OnMessage): Promise<Answer> {
  const reader = createEventReader(maxMessageBytes)
  const take = createEventTaker(onMessage)
  const isTurnOver = createPace()
  let size = 0
  for await (const piece of piecesOf(response)) {
    size += piece.length
    if (size > maxStreamBytes) throw fault('backend_invalid', 'The MCP server sent an event stream that is too large.')
    let answer: Message | undefined
    for (const text of readEvents(() => reader.push(piece))) {
      const found = take(text)
      if (answer !== undefined && found !== undefined) throw fault('backend_invalid', 'The MCP server answered one request twice.')
      answer ??= found
      if (isTurnOver(text.length)) await nextTurn()
    }
    if (answer !== undefined) return answerTo(id, answer)
    if (isTurnOver(piece.length)) await nextTurn()
  }
  throw fault('backend_unavailable', 'The MCP server ended its event stream before it answered.')
}

/** Gives an answer back, passes every other message on. Throws `backend_invalid` when there are too many of those. */
function createEventTaker(onMessage: OnMessage): (text: string) => Message | undefined {
  const spend = createChatterBudget(streamChatter)
  return text => {
    const message = readMessage(text)
    if (message.kind === 'answer') return message
    spend(text.length)
    onMessage(message)
    return undefined
  }
}

function readEvents(read: () => readonly string[]): readonly string[] {
  try {
    return read()
  } catch (error) {
    throw fault('backend_invalid', 'The MCP server sent an event that is too large or not UTF-8.', error)
  }
}

function answerTo(id: number, message: Message): Answer {
  if (message.kind !== 'answer') throw fault('backend_invalid', 'The MCP server sent a request where an answer was due.')
  if (message.id !== id) throw fault('backend_invalid', 'The MCP server answered with the wrong id.')
  return message.answer
}

function fault(code: BackendFailureCode, message: string, cause?: unknown): Failure {
  return backendFailure(code, message, true, cause)
}
