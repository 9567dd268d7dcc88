import { Failure } from '../../domain/failure.ts'
import type { Approach, Gateway } from '../../domain/gateway.ts'
import type { Backends } from '../../domain/server.ts'
import { parseJson } from '../../json/parse.ts'
import { answerText, failureResponse, jsonResponse } from './answer.ts'
import { readBody } from './body.ts'
import { initializeResult } from './initialize.ts'
import { type McpRequest, type RpcId, readMessage } from './message.ts'
import { peekId } from './peek-id.ts'
import { checkProtocolHeader } from './protocol-header.ts'
import { toolRequest } from './tool-request.ts'

/** Answers one HTTP request to `/mcp/v1/{server_id}`; never rejects. */
export type McpFront = (request: Request, serverId: string, peer: Peer) => Promise<Response>

/** The connection that a request came over. */
export interface Peer {
  readonly address: string
  /** The body is here: from now on the connection may stay silent for as long as a call takes. */
  readonly bodyRead: () => void
}

export interface McpFrontOptions {
  readonly gateway: Gateway
  readonly backends: Backends
  readonly maxBodyBytes: number
  /** Counts a request without a valid token against its address; throws `rate_limited`. */
  readonly limitStranger: (address: string) => void
  /** Told of a fault that is ours, with the id that the agent was given. */
  readonly onFault: (error: unknown, errorId: string) => void
}

/** Enough to find the id of a request that will be refused; not enough to make us work for a stranger. */
const maxStrangerBytes = 64 * 1024

/**
 * Streamable HTTP of MCP 2025-11-25 (basic/transports), one JSON answer a request, without sessions. This is the edge where what was thrown becomes an answer
 * with the caller's id.
 */
export function createMcpFront(options: McpFrontOptions): McpFront {
  return async (request, serverId, peer) => {
    if (request.method !== 'POST') return methodNotAllowed()
    let approach: Approach = { token: bearerOf(request), serverId, address: peer.address, method: '' }
    let id: RpcId | null = null
    let body = ''
    try {
      const known = await options.gateway.knows(approach.token)
      if (!known) options.limitStranger(peer.address)
      const { text, refusal } = await readBody(request, known ? options.maxBodyBytes : maxStrangerBytes)
      peer.bodyRead()
      body = text
      if (refusal) throw refusal
      const message = readMessage(parseJson(text))
      approach = { ...approach, method: message.method }
      if (message.kind === 'notice') return await accept(approach, options.gateway)
      id = message.id
      checkProtocolHeader(request)
      return await answer(message, approach, request.signal, options)
    } catch (error) {
      const failure = error instanceof Failure ? error : new Failure('internal', undefined, { cause: error })
      options.gateway.noteRefusal(approach, failure.code)
      return failureResponse(failure, id ?? peekId(body), options.onFault)
    }
  }
}

async function answer(
  message: McpRequest,
  approach: Approach,
  signal: AbortSignal,
  { gateway, backends, onFault }: McpFrontOptions,
): Promise<Response> {
  if (message.method === 'tools/call') {
    const given = await gateway.callTool(toolRequest(message, approach, signal))
    if (given.kind === 'fault' && given.failure.code === 'internal') onFault(given.failure.cause, given.eventId)
    return jsonResponse(answerText(message.id, given))
  }
  const respond = methods[message.method]
  const admission = await gateway.admit(approach)
  if (!respond) throw new Failure('method_unknown', 'This method is not offered here.')
  return jsonResponse(answerText(message.id, { kind: 'result', text: JSON.stringify(await respond(message, admission, backends)) }))
}

type Admission = Awaited<ReturnType<Gateway['admit']>>
type Respond = (message: McpRequest, admission: Admission, backends: Backends) => unknown

/** Every method that is not a tool call. */
const methods: Readonly<Record<string, Respond>> = Object.assign(Object.create(null) as Record<string, Respond>, {
  initialize: async (message: McpRequest, { server }: Admission, backends: Backends) =>
    initializeResult(message, await backends.profile(server)),
  ping: () => ({}),
  'tools/list': async (message: McpRequest, { server }: Admission, backends: Backends) => {
    if (message.params.cursor !== undefined) throw new Failure('invalid_params', 'The list has one page: there is no such cursor.')
    return { tools: (await backends.profile(server)).tools }
  },
})

/** Notifications and stray responses: taken from whoever may come in, answered with nothing. */
async function accept(approach: Approach, gateway: Gateway): Promise<Response> {
  await gateway.admit(approach)
  return new Response(null, { status: 202 })
}

function bearerOf(request: Request): string | undefined {
  return /^Bearer +([^\s]+) *$/i.exec(request.headers.get('authorization') ?? '')?.[1]
}

/** This front keeps no streams and no sessions, so there is nothing to GET or DELETE (basic/transports, "the server MUST ... 405"). */
function methodNotAllowed(): Response {
  return new Response(null, { status: 405, headers: { allow: 'POST' } })
}
