import { Failure, type FailureCode } from '../../domain/failure.ts'
import { isJsonObject } from '../../domain/json.ts'
import type { BackendAnswer } from '../../domain/server.ts'

export type BackendFailureCode = Extract<FailureCode, `backend_${string}`>

/** Whether a request may have reached the backend: `sent: false` is a promise that it did not. */
export interface Delivery {
  readonly sent: boolean
}

/** A failure of a backend call, with `details: { sent }`. */
export function backendFailure(code: BackendFailureCode, message: string, sent: boolean, cause?: unknown): Failure {
  return new Failure(code, message, { details: { sent } satisfies Delivery, cause })
}

/** The same failure with `sent` as given: what was found out below does not know whether anything had gone out. */
export function withDelivery(failure: Failure, sent: boolean): Failure {
  return new Failure(failure.code, failure.message, { details: { sent } satisfies Delivery, cause: failure.cause })
}

/** A failed call as an answer. What was not foreseen is `internal`, and may have been sent. */
export function faultOf(error: unknown): BackendAnswer {
  const failure = error instanceof Failure ? error : new Failure('internal', undefined, { cause: error })
  const sent = !isJsonObject(failure.details) || failure.details.sent !== false
  return { kind: 'fault', failure, sent }
}
