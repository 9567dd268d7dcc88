import type { JsonObject } from '../../domain/json.ts'
import type { Answer } from '../wire/message.ts'
import { backendFailure } from './backend-failure.ts'
import type { Link, RequestLimits } from './link.ts'

/** Asks for what every MCP server must be able to answer. Throws `backend_invalid` when it answers with an error. */
export async function resultOf(link: Link, method: string, params: JsonObject, limits: RequestLimits): Promise<ResultAnswer> {
  const answer = await link.request(method, JSON.stringify(params), limits)
  if (answer.kind === 'result') return answer
  throw backendFailure('backend_invalid', `The MCP server answered ${method} with error ${answer.code}.`, true)
}

export type ResultAnswer = Extract<Answer, { readonly kind: 'result' }>
