import { NotFoundError, ParseError, ValidationError } from 'elysia'
import { Failure, failures } from '../domain/failure.ts'

/** Told of a fault that is ours, with the id that the caller was given. */
export type OnFault = (error: unknown, errorId: string) => void

/** What was thrown, as the error envelope `{error: {code, message, error_id, details?}}`. A failure speaks for itself; anything else shows nothing but the id under which the log has it. */
export function failureResponse(error: unknown, onFault: OnFault): Response {
  const failure = toFailure(error)
  const errorId = crypto.randomUUID()
  if (failure.code === 'internal') onFault(error, errorId)
  const details = failure.details === undefined ? {} : { details: failure.details }
  return Response.json(
    { error: { code: failure.code, message: failure.message, error_id: errorId, ...details } },
    { status: statusOf(failure), headers: { ...securityHeaders, ...headersOf(failure) } },
  )
}

/** What JSON-RPC says within a 200 is an error here: something behind us failed. */
function statusOf(failure: Failure): number {
  const { http } = failures[failure.code]
  return http === 200 ? 502 : http
}

/** What HTTP itself wants to be told: when to try again (RFC 9110 §10.2.3), which methods there are (§15.5.6). */
function headersOf(failure: Failure): Record<string, string> {
  const { retry_after: wait = 1, allow = [] } = (failure.details ?? {}) as {
    readonly retry_after?: number
    readonly allow?: readonly string[]
  }
  if (failure.code === 'rate_limited') return { 'retry-after': String(wait) }
  if (failure.code === 'method_not_allowed') return { allow: allow.join(', ') }
  return statusOf(failure) === 503 ? { 'retry-after': '1' } : {}
}

/** On every answer: nothing here is to be sniffed, framed, run or kept. */
export const securityHeaders = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
} as const

function toFailure(error: unknown): Failure {
  if (error instanceof Failure) return error
  if (error instanceof ValidationError) return new Failure('validation_failed', undefined, { details: { paths: pathsOf(error) } })
  if (error instanceof ParseError) return new Failure('parse_error')
  if (error instanceof NotFoundError) return new Failure('not_found')
  return new Failure('internal', undefined, { cause: error })
}

/** Where the input is at fault and why; never what stood there. */
function pathsOf(error: ValidationError): readonly object[] {
  const faults = error.all as readonly {
    readonly path?: string
    readonly message?: string
    readonly schema?: { readonly description?: string }
  }[]
  return faults.slice(0, 20).map(({ path = '', message = '', schema }) => ({ path, message: schema?.description ?? message }))
}
