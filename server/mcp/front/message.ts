import { Failure } from '../../domain/failure.ts'
import { isJsonObject, type JsonObject } from '../../domain/json.ts'
import type { ParsedJson } from '../../json/parse.ts'

export type RpcId = string | number

/** A JSON-RPC request with an id that can be answered. */
export interface McpRequest {
  readonly kind: 'request'
  readonly id: RpcId
  readonly method: string
  /** `{}` when the message had none. */
  readonly params: JsonObject
  readonly parsed: ParsedJson
}

/** What is answered with nothing: a notification, or a response to a question that we did not ask. */
export interface McpNotice {
  readonly kind: 'notice'
  readonly method: string
}

const maxMethodLength = 128

/** One JSON-RPC 2.0 message of the 2025-11-25 era. Throws `batch_not_supported`, `invalid_request`. */
export function readMessage(parsed: ParsedJson): McpRequest | McpNotice {
  const message = parsed.value
  if (Array.isArray(message)) throw new Failure('batch_not_supported')
  if (!isJsonObject(message) || message.jsonrpc !== '2.0') throw new Failure('invalid_request', 'Send one JSON-RPC 2.0 object.')
  const { id, method, params = {} } = message
  if (method === undefined && id !== undefined && ('result' in message || 'error' in message)) return { kind: 'notice', method: 'response' }
  if (typeof method !== 'string' || !isName(method, maxMethodLength)) {
    throw new Failure('invalid_request', `The method must be a name of 1 to ${maxMethodLength} characters.`)
  }
  if (!isJsonObject(params)) throw new Failure('invalid_request', 'params must be an object.')
  if (!('id' in message)) return { kind: 'notice', method }
  if (!isRpcId(id)) throw new Failure('invalid_request', 'The id must be a string or an integer.')
  return { kind: 'request', id, method, params, parsed }
}

/** MCP narrows JSON-RPC: an id is a string or an integer, never null (basic, "Requests"). */
export function isRpcId(id: unknown): id is RpcId {
  return (typeof id === 'string' && id.length <= 1024) || Number.isSafeInteger(id)
}

/** A name that every reader holds alike: no NUL, no half of a surrogate pair. */
export function isName(text: string, maxLength: number): boolean {
  return text !== '' && text.length <= maxLength && text.isWellFormed() && !text.includes('\0')
}
