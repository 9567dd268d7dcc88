import { Failure } from '../../../domain/failure.ts'
import { createLineSplitter } from '../../wire/lines.ts'
import { type Message, readMessage } from '../../wire/message.ts'
import { backendFailure } from '../backend-failure.ts'
import { createChatterBudget, pipeChatter } from '../chatter.ts'
import type { Inbox } from '../inbox.ts'
import { maxMessageBytes } from '../link.ts'
import { createPace, nextTurn } from '../pace.ts'
import type { Child } from './child.ts'

/** Lines between two messages that are no messages: some servers print a greeting. */
const maxNoise = 100
/** After the child's end its stdout may be held open by a child of its own. */
const drainMs = 500

export interface StdoutOptions {
  /** The last request id that was given out. */
  readonly lastId: () => number
  readonly inbox: Inbox
  /** Aborted when nobody wants to hear more: reading ends at once. */
  readonly signal: AbortSignal
  readonly onRequest: (message: Extract<Message, { kind: 'request' }>) => void
  readonly onNotification: (method: string) => void
}

/**
 * Reads a child's stdout until it ends or breaks the protocol, hands every answer to its waiter, and gives the failure that those who
 * still wait must see. Bounded: a line of 16 MiB, 100 lines of noise in a row, and in any one second 2,000 lines that answer nothing
 * (empty ones too) or 4 MiB of requests and notifications. Others have their turn while it reads. Never rejects.
 */
export async function readStdout(child: Child, options: StdoutOptions): Promise<Failure> {
  const reader = child.stdout.getReader()
  // It may be at its end already, and then there is nothing to cancel.
  const cancel = () => void reader.cancel().catch(() => undefined)
  options.signal.addEventListener('abort', cancel, { once: true })
  void child.exited.then(() => Bun.sleep(drainMs)).then(cancel)
  try {
    await takeLines(async () => (await reader.read()).value, options)
    return await endOf(child)
  } catch (error) {
    return failureOf(error)
  } finally {
    cancel()
  }
}

/** `read` gives the next piece, undefined at the end. */
async function takeLines(read: () => Promise<Uint8Array | undefined>, options: StdoutOptions): Promise<void> {
  const splitter = createLineSplitter(maxMessageBytes)
  const take = createLineTaker(options)
  const isTurnOver = createPace()
  for (let piece = await read(); piece !== undefined; piece = await read()) {
    for (const line of splitter.push(piece)) {
      if (options.signal.aborted) return
      take(line)
      if (isTurnOver(line.length)) await nextTurn()
    }
    // A line without an end is work too.
    if (isTurnOver(piece.length)) await nextTurn()
  }
}

function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error
  if (error instanceof RangeError) return broken(`The MCP server sent a line of more than ${maxMessageBytes} bytes.`)
  return backendFailure('backend_unavailable', "The MCP server's output cannot be read.", true, error)
}

async function endOf(child: Child): Promise<Failure> {
  const how = await Promise.race([child.exited, Bun.sleep(drainMs).then(() => 'it closed its output')])
  return backendFailure('backend_unavailable', `The program of the MCP server ended (${how}).`, true)
}

/** Takes one line. Throws the failure that ends the link. */
function createLineTaker({ inbox, lastId, onRequest, onNotification }: StdoutOptions): (line: Uint8Array) => void {
  const spend = createChatterBudget(pipeChatter)
  let noise = 0
  const onNoise = () => {
    if (++noise > maxNoise) throw broken('The MCP server prints lines that are not MCP.')
  }
  const onAnswer = ({ id, answer }: Extract<Message, { kind: 'answer' }>) => {
    if (typeof id !== 'number' || !Number.isInteger(id) || id < 1 || id > lastId()) {
      throw broken('The MCP server answered a request that was never sent.')
    }
    if (!inbox.resolve(id, answer)) return false
    noise = 0
    return true
  }
  return line => {
    if (line.length === 0 || (line.length === 1 && line[0] === carriageReturn)) return spend(line.length)
    const message = readLine(line, inbox)
    if (message?.kind === 'answer' && onAnswer(message)) return
    const isNoise = message === undefined || message.kind === 'answer'
    // A late answer may be as large as one in time.
    spend(isNoise ? 0 : line.length)
    if (isNoise) onNoise()
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
