import { Failure } from '../../../domain/failure.ts'
import { createLineSplitter } from '../../wire/lines.ts'
import { type Message, readMessage } from '../../wire/message.ts'
import { backendFailure } from '../backend-failure.ts'
import type { Inbox } from '../inbox.ts'
import { maxMessageBytes } from '../link.ts'
import type { Child } from './child.ts'

/** Lines between two messages that are no messages: some servers print a greeting. */
const maxNoise = 100
/** After the child's end its stdout may be held open by a child of its own. */
const drainMs = 500

export interface StdoutOptions {
  /** The last request id that was given out. */
  readonly lastId: () => number
  readonly inbox: Inbox
  readonly onRequest: (message: Extract<Message, { kind: 'request' }>) => void
  readonly onNotification: (method: string) => void
}

/**
 * Reads a child's stdout until it ends or breaks the protocol, hands every answer to its waiter, and gives the failure that those who
 * still wait must see. Bounded: a line of 16 MiB, 100 lines of noise in a row. Never rejects.
 */
export async function readStdout(child: Child, options: StdoutOptions): Promise<Failure> {
  const splitter = createLineSplitter(maxMessageBytes)
  const take = createLineTaker(options)
  const reader = child.stdout.getReader()
  void child.exited
    .then(() => Bun.sleep(drainMs))
    .then(() => reader.cancel())
    .catch(() => undefined)
  try {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read())
      for (const line of splitter.push(piece.value)) take(line)
    return await endOf(child)
  } catch (error) {
    if (error instanceof Failure) return error
    if (error instanceof RangeError) return broken(`The MCP server sent a line of more than ${maxMessageBytes} bytes.`)
    return backendFailure('backend_unavailable', "The MCP server's output cannot be read.", true, error)
  }
}

async function endOf(child: Child): Promise<Failure> {
  const how = await Promise.race([child.exited, Bun.sleep(drainMs).then(() => 'it closed its output')])
  return backendFailure('backend_unavailable', `The program of the MCP server ended (${how}).`, true)
}

/** Takes one line. Throws the failure that ends the link. */
function createLineTaker({ inbox, lastId, onRequest, onNotification }: StdoutOptions): (line: Uint8Array) => void {
  let noise = 0
  const onNoise = () => {
    if (++noise > maxNoise) throw broken('The MCP server prints lines that are not MCP.')
  }
  const onAnswer = ({ id, answer }: Extract<Message, { kind: 'answer' }>) => {
    if (typeof id !== 'number' || !Number.isInteger(id) || id < 1 || id > lastId()) {
      throw broken('The MCP server answered a request that was never sent.')
    }
    if (inbox.resolve(id, answer)) noise = 0
    else onNoise()
  }
  return line => {
    if (line.length === 0 || (line.length === 1 && line[0] === carriageReturn)) return
    const message = readLine(line, inbox)
    if (message === undefined) onNoise()
    else if (message.kind === 'answer') onAnswer(message)
    else if (message.kind === 'request') onRequest(message)
    else onNotification(message.method)
  }
}

/** A line that is no message is noise; when it names a request that waits, that request has been answered badly. */
function readLine(line: Uint8Array, inbox: Inbox): Message | undefined {
  try {
    return readMessage(decode(line))
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    const named = Buffer.from(line)
      .toString('latin1')
      .matchAll(/"id"\s*:\s*(\d{1,15})\b/g)
    const id = named.map(match => Number(match[1])).find(inbox.has)
    if (id !== undefined) inbox.reject(id, backendFailure('backend_invalid', error.message, true, error.cause))
    return undefined
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true })
const carriageReturn = 0x0d

function decode(line: Uint8Array): string {
  try {
    return utf8.decode(line)
  } catch (error) {
    throw backendFailure('backend_invalid', 'The MCP server sent a line that is not UTF-8.', true, error)
  }
}

function broken(message: string): Failure {
  return backendFailure('backend_invalid', message, true)
}
