import type { Failure } from '../../../domain/failure.ts'
import { createEventReader } from '../../wire/event-stream.ts'
import { type Answer, type Message, readMessage } from '../../wire/message.ts'
import { type BackendFailureCode, backendFailure } from '../backend-failure.ts'
import { maxMessageBytes } from '../link.ts'
import { piecesOf, readBodyText } from './http-body.ts'

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

async function readEventStream(response: Response, id: number, onMessage: OnMessage): Promise<Answer> {
  const reader = createEventReader(maxMessageBytes)
  for await (const piece of piecesOf(response)) {
    const messages = readEvents(() => reader.push(piece)).map(readMessage)
    const answers = messages.filter(message => message.kind === 'answer')
    for (const message of messages) if (message.kind !== 'answer') onMessage(message)
    const [answer] = answers
    if (answers.length > 1) throw fault('backend_invalid', 'The MCP server answered one request twice.')
    if (answer !== undefined) return answerTo(id, answer)
  }
  throw fault('backend_unavailable', 'The MCP server ended its event stream before it answered.')
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
