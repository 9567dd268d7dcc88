import { type Failure, failures } from '../../domain/failure.ts'
import type { Refusal, ToolAnswer } from '../../domain/gateway.ts'
import { isJsonObject } from '../../domain/json.ts'
import type { RpcId } from './message.ts'

const jsonHeaders = { 'content-type': 'application/json', 'x-content-type-options': 'nosniff' }

/** HTTP 200 with a JSON text that is complete already. */
export function jsonResponse(text: string): Response {
  return new Response(text, { headers: jsonHeaders })
}

/** One JSON-RPC response with the caller's id. A result's text is passed on as it came. */
export function answerText(id: RpcId, answer: ToolAnswer): string {
  const head = `{"jsonrpc":"2.0","id":${JSON.stringify(id)},`
  switch (answer.kind) {
    case 'result':
      return `${head}"result":${answer.text}}`
    case 'refused':
      return `${head}"result":${JSON.stringify(refusedResult(answer.refusal))}}`
    case 'error': {
      const { code, message, data } = answer
      return `${head}"error":${JSON.stringify(data === undefined ? { code, message } : { code, message, data })}}`
    }
    case 'fault':
      return `${head}"error":${JSON.stringify(rpcError(answer.failure, { event_id: answer.eventId }))}}`
  }
}

/** A refused call is a tool result that a model can read: text for it, the decision for programs. */
function refusedResult(refusal: Refusal): object {
  const { result, reasonCode, reason, policy, eventId, escalationId, retryAfterSeconds } = refusal
  const verb = result === 'escalate' ? 'Held for approval' : 'Denied'
  const ids = escalationId === undefined ? `event ${eventId}` : `escalation ${escalationId}, event ${eventId}`
  return {
    content: [{ type: 'text', text: `${verb} by behavry: ${reason} (${reasonCode}, policy ${policy}, ${ids})` }],
    isError: true,
    _meta: {
      'behavry/decision': {
        result,
        reason_code: reasonCode,
        reason,
        policy,
        event_id: eventId,
        ...(escalationId !== undefined && { escalation_id: escalationId }),
        ...(retryAfterSeconds !== undefined && { retry_after: retryAfterSeconds }),
      },
    },
  }
}

/** A failure as HTTP and JSON-RPC say it. Of a fault of ours it shows nothing but the id under which the log has it. */
export function failureResponse(failure: Failure, id: RpcId | null, onFault: (error: unknown, errorId: string) => void): Response {
  const errorId = crypto.randomUUID()
  if (failure.code === 'internal') onFault(failure.cause, errorId)
  const body = { jsonrpc: '2.0', id, error: rpcError(failure, { error_id: errorId }) }
  return new Response(JSON.stringify(body), { status: failures[failure.code].http, headers: { ...jsonHeaders, ...headersOf(failure) } })
}

function rpcError(failure: Failure, ids: Readonly<Record<string, string>>): object {
  const details = isJsonObject(failure.details) ? failure.details : {}
  return { code: failures[failure.code].rpc, message: failure.message, data: { code: failure.code, ...details, ...ids } }
}

function headersOf(failure: Failure): Record<string, string> {
  if (failures[failure.code].http === 401)
    return { 'www-authenticate': `Bearer error="invalid_token", error_description="${failure.code}"` }
  const wait = isJsonObject(failure.details) ? failure.details.retry_after : undefined
  if (failure.code === 'rate_limited') return { 'retry-after': String(wait ?? 1) }
  return failures[failure.code].http === 503 ? { 'retry-after': '1' } : {}
}
