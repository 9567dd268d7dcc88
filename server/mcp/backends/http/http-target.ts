import type { HttpTransport } from '../../../domain/server.ts'
import { backendFailure } from '../backend-failure.ts'
import type { CheckedUrl } from './backend-url.ts'

/** Where requests go and with which headers; the session of the backend becomes part of them. */
export interface HttpTarget {
  readonly url: string
  readonly headers: Record<string, string>
  /** Takes the session id that the answer to `initialize` gave. Throws `backend_invalid` when it is not visible ASCII. */
  readonly startSession: (response: Response) => void
  readonly isSessionLost: (response: Response) => boolean
  /** From now on the protocol version is sent along. */
  readonly agree: (protocolVersion: string) => void
  /** Undefined when the backend gave no session. */
  readonly sessionHeaders: () => Record<string, string> | undefined
}

const sessionHeader = 'mcp-session-id'
const sessionShape = /^[\x21-\x7e]{1,1024}$/

/** Headers that are the transport's business: a definition cannot set them. */
const ownHeaders = new Set([
  'host',
  'accept',
  'accept-encoding',
  'content-type',
  'content-length',
  'content-encoding',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'te',
  'trailer',
  'upgrade',
  'expect',
  'proxy-connection',
  sessionHeader,
  'mcp-protocol-version',
  'last-event-id',
])

/**
 * Plain http goes to the very address that was checked, the name only in `Host`: a name that resolves to another place a moment later
 * changes nothing. https goes by name, because the certificate must be that name's, which whoever answers at another place does
 * not have. Identity encoding, because a packed answer costs time and hides its size.
 */
export function readTarget(transport: HttpTransport, checked: CheckedUrl): HttpTarget {
  const headers = readHeaders(transport.headers)
  headers['content-type'] = 'application/json'
  headers.accept = 'application/json, text/event-stream'
  headers['accept-encoding'] = 'identity'
  const url = pinned(checked, headers)

  const startSession = (response: Response) => {
    const id = response.headers.get(sessionHeader)
    if (id === null) return
    if (!sessionShape.test(id)) throw backendFailure('backend_invalid', 'The MCP server gave a session id that is not visible ASCII.', true)
    headers[sessionHeader] = id
  }
  return {
    url,
    headers,
    startSession,
    isSessionLost: response => response.status === 404 && headers[sessionHeader] !== undefined,
    agree: version => {
      headers['mcp-protocol-version'] = version
    },
    sessionHeaders: () => (headers[sessionHeader] === undefined ? undefined : headers),
  }
}

/** Checked once here: `fetch` would refuse each call. */
function readHeaders(configured: HttpTransport['headers']): Record<string, string> {
  try {
    const entries = [...new Headers(configured)].filter(([name]) => !ownHeaders.has(name))
    return Object.fromEntries(entries)
  } catch (error) {
    throw backendFailure(
      'backend_refused',
      'The headers of the MCP server cannot be sent: a name or a value has a forbidden character.',
      false,
      error,
    )
  }
}

function pinned(checked: CheckedUrl, headers: Record<string, string>): string {
  const url = new URL(checked.url)
  url.hash = ''
  if (url.protocol !== 'http:') return url.href
  headers.host = url.host
  url.hostname = checked.address.includes(':') ? `[${checked.address}]` : checked.address
  return url.href
}
