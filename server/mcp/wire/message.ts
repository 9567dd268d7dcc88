import { Failure } from '../../domain/failure.ts'
import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts'
import type { BackendAnswer } from '../../domain/server.ts'
import { type ParsedJson, parseJson } from '../../json/parse.ts'

/** Containers within containers that a backend may send. */
const maxDepth = 512
/** Envelope and result must not hold keys that differ by case only; deeper it is the tool's own business. */
const foldDepth = 2

/** What a backend says to a request: exactly one of result and error. */
export type Answer = Exclude<BackendAnswer, { readonly kind: 'fault' }>

/** One JSON-RPC 2.0 message as a backend sent it. `id` of an answer is whatever was there: the reader compares. */
export type Message =
  | { readonly kind: 'answer'; readonly id: Json; readonly answer: Answer }
  | { readonly kind: 'request'; readonly id: string | number; readonly method: string }
  | { readonly kind: 'notification'; readonly method: string }

/**
 * Reads one message (JSON-RPC 2.0 §4, §5; no batches, which we never ask for). Throws `backend_invalid`, whose message says what
 * is wrong and never quotes the text.
 */
export function readMessage(text: string): Message {
  const parsed = readJson(text)
  const message = parsed.value
  if (!isJsonObject(message)) throw invalid('The MCP server sent something that is not one JSON-RPC message.')
  if (message.jsonrpc !== '2.0') throw invalid('The MCP server sent a message that is not JSON-RPC 2.0.')
  return typeof message.method === 'string' ? readAsked(message, message.method) : readAnswer(message, parsed)
}

function readJson(text: string): ParsedJson {
  try {
    return parseJson(text, { maxDepth, foldDepth, inexact: 'keep' })
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    throw invalid(`The MCP server sent JSON that is refused: ${error.message}`, error)
  }
}

function readAsked(message: JsonObject, method: string): Message {
  const id = message.id
  if (id === undefined) return { kind: 'notification', method }
  if (typeof id === 'string' || typeof id === 'number') return { kind: 'request', id, method }
  throw invalid('The MCP server sent a request whose id is neither text nor number.')
}

function readAnswer(message: JsonObject, parsed: ParsedJson): Message {
  const { id, result, error } = message
  if (id === undefined || (result === undefined) === (error === undefined)) {
    throw invalid('The MCP server sent an answer without an id, or without exactly one of result and error.')
  }
  if (error !== undefined) return { kind: 'answer', id, answer: readError(error) }
  const text = isJsonObject(result) ? parsed.textOf(result) : undefined
  if (!isJsonObject(result) || text === undefined) throw invalid('The MCP server sent a result that is not an object.')
  return { kind: 'answer', id, answer: { kind: 'result', result, text } }
}

function readError(error: Json): Answer {
  if (!isJsonObject(error)) throw invalid('The MCP server sent an error that is not an object.')
  const { code, message, data } = error
  if (typeof code !== 'number' || !Number.isInteger(code) || typeof message !== 'string') {
    throw invalid('The MCP server sent an error without an integer code and a message.')
  }
  return data === undefined ? { kind: 'error', code, message } : { kind: 'error', code, message, data }
}

function invalid(message: string, cause?: unknown): Failure {
  return new Failure('backend_invalid', message, { cause })
}
