import { Failure, type FailureCode, failures } from './domain/failure.ts'

/** The operator's API, as its programs call it. */
export interface Client {
  readonly get: <T>(path: string) => Promise<T>
  readonly post: <T>(path: string, body: object) => Promise<T>
  readonly remove: <T>(path: string) => Promise<T>
}

interface ErrorEnvelope {
  readonly error?: { readonly code?: string; readonly message?: string; readonly details?: unknown; readonly error_id?: string }
}

/**
 * Talks to the server of a data directory over its admin socket. Throws the server's own failures by their codes, and `server_unreachable` when nobody is
 * listening there.
 */
export function connectAdmin(socket: string, osUser: string): Client {
  const call = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const headers = { 'x-behavry-os-user': osUser, ...(body && { 'content-type': 'application/json' }) }
    const response = await reach(socket, path, { method, headers, ...(body && { body: JSON.stringify(body) }) })
    const answer = (await response.json().catch(() => undefined)) as (T & ErrorEnvelope) | undefined
    if (response.ok && answer !== undefined && answer.error === undefined) return answer
    throw failureOf(answer?.error)
  }
  return { get: path => call('GET', path), post: (path, body) => call('POST', path, body), remove: path => call('DELETE', path) }
}

async function reach(socket: string, path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(`http://localhost${path}`, { ...init, unix: socket })
  } catch (cause) {
    throw new Failure('server_unreachable', `No behavry server answers at ${socket}. Start it with: behavry serve`, { cause })
  }
}

function failureOf(error: ErrorEnvelope['error']): Failure {
  const code = error?.code
  if (code === undefined || !Object.hasOwn(failures, code))
    return new Failure('server_unreachable', 'The server answered something unexpected.')
  const suffix = code === 'internal' ? ` (${error?.error_id})` : ''
  return new Failure(code as FailureCode, `${error?.message}${suffix}`, { details: error?.details })
}
