/**
 * Every way in which behavry can fail, as one table: code → HTTP status, JSON-RPC code, CLI exit code, and the sentence that is
 * shown when the thrower has no better one. Codes are API: they are never renamed, and a message never holds a secret.
 *
 * A *denial* is not a failure: it is a value (`domain/verdict.ts`). Anything thrown that is not a `Failure` is a bug and
 * leaves the server as `internal` with an error id.
 */
interface FailureRow {
  readonly http: number
  /** JSON-RPC 2.0 §5.1; -32001 is ours for "refused", -32002 for "backend", -32003 for "unavailable, try again". */
  readonly rpc: number
  /** 0 ok, 1 failed, 2 bad usage or configuration, 3 not found, 4 refused, 5 unreachable. */
  readonly exit: 1 | 2 | 3 | 4 | 5
  readonly message: string
}

/** Code → what each protocol makes of it. */
export const failures = {
  // what was sent
  parse_error: { http: 400, rpc: -32700, exit: 2, message: 'The body is not valid JSON.' },
  invalid_request: { http: 400, rpc: -32600, exit: 2, message: 'The request has the wrong shape.' },
  duplicate_key: { http: 400, rpc: -32600, exit: 2, message: 'An object names the same key twice.' },
  too_deep: { http: 400, rpc: -32600, exit: 2, message: 'The JSON is nested too deeply.' },
  batch_not_supported: { http: 400, rpc: -32600, exit: 2, message: 'This protocol version has no batches: send one message a request.' },
  invalid_params: { http: 400, rpc: -32602, exit: 2, message: 'The parameters have the wrong shape.' },
  inexact_number: { http: 400, rpc: -32602, exit: 2, message: 'A number cannot be held exactly.' },
  validation_failed: { http: 422, rpc: -32602, exit: 2, message: 'The request does not fit the schema.' },
  method_unknown: { http: 200, rpc: -32601, exit: 2, message: 'This method does not exist here.' },
  protocol_version_unsupported: { http: 400, rpc: -32600, exit: 2, message: 'This MCP protocol version is not spoken here.' },
  body_too_large: { http: 413, rpc: -32600, exit: 2, message: 'The body is larger than BEHAVRY_MAX_BODY_BYTES.' },
  media_type_unsupported: { http: 415, rpc: -32600, exit: 2, message: 'Send Content-Type: application/json.' },
  host_refused: { http: 403, rpc: -32001, exit: 4, message: 'This Host or Origin is not served here.' },
  usage: { http: 400, rpc: -32600, exit: 2, message: 'The command line is wrong.' },
  configuration_invalid: { http: 500, rpc: -32603, exit: 2, message: 'The configuration is not valid.' },

  // who sent it
  token_missing: { http: 401, rpc: -32001, exit: 4, message: 'Send an agent token: Authorization: Bearer <token>.' },
  token_invalid: { http: 401, rpc: -32001, exit: 4, message: 'The token is not valid here.' },
  token_expired: { http: 401, rpc: -32001, exit: 4, message: 'The token has expired: ask for a new one.' },
  token_revoked: { http: 401, rpc: -32001, exit: 4, message: 'The token has been revoked.' },
  agent_unknown: { http: 401, rpc: -32001, exit: 4, message: 'No such agent is enrolled here.' },
  agent_suspended: { http: 403, rpc: -32001, exit: 4, message: 'The agent is suspended.' },
  agent_revoked: { http: 403, rpc: -32001, exit: 4, message: 'The agent has been revoked.' },
  forbidden: { http: 403, rpc: -32001, exit: 4, message: 'Your role does not permit this.' },
  rate_limited: { http: 429, rpc: -32003, exit: 4, message: 'Too many requests: wait and try again.' },

  // what was asked for
  not_found: { http: 404, rpc: -32601, exit: 3, message: 'There is nothing here by that name.' },
  method_not_allowed: { http: 405, rpc: -32600, exit: 2, message: 'This path does not take that method.' },
  server_unknown: { http: 404, rpc: -32602, exit: 3, message: 'No MCP server is registered under that id.' },
  tool_unknown: { http: 200, rpc: -32602, exit: 3, message: 'The server has no tool of that name.' },
  conflict: { http: 409, rpc: -32600, exit: 4, message: 'Somebody else has already done this.' },

  // what we stand on
  journal_unavailable: { http: 503, rpc: -32003, exit: 5, message: 'The journal cannot be written, so nothing is let through.' },
  record_rejected: { http: 500, rpc: -32603, exit: 1, message: 'The record of this call was rejected, so the call was not made.' },
  snapshot_stale: { http: 503, rpc: -32003, exit: 5, message: 'The policy state could not be confirmed, so nothing is let through.' },
  outcome_unrecorded: { http: 200, rpc: -32603, exit: 1, message: 'The call was made, but its outcome could not be recorded.' },
  database_unavailable: { http: 503, rpc: -32003, exit: 5, message: 'The database does not answer.' },
  database_refused: { http: 500, rpc: -32603, exit: 1, message: 'The database cannot be used as it is.' },
  journal_broken: { http: 500, rpc: -32603, exit: 1, message: 'The journal does not verify.' },
  server_unreachable: { http: 502, rpc: -32003, exit: 5, message: 'The behavry server does not answer. Start it with: behavry serve' },

  // what stands behind us
  backend_unavailable: { http: 200, rpc: -32002, exit: 5, message: 'The MCP server does not answer.' },
  backend_timeout: { http: 200, rpc: -32002, exit: 5, message: 'The MCP server did not answer in time.' },
  backend_invalid: { http: 200, rpc: -32002, exit: 1, message: 'The MCP server answered something that is not MCP.' },
  answer_withheld: { http: 200, rpc: -32002, exit: 1, message: 'The answer could not be looked through to its end, so it is withheld.' },
  backend_refused: { http: 403, rpc: -32002, exit: 4, message: 'The address or program of this MCP server is not allowed.' },

  internal: { http: 500, rpc: -32603, exit: 1, message: 'An unexpected fault. The error id names it in the log.' },
} as const satisfies Record<string, FailureRow>

export type FailureCode = keyof typeof failures

/** A coded fault. `message` is for people and says what to do; `details` is for programs; `cause` stays in the log. */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly code: FailureCode
  readonly details: unknown

  constructor(code: FailureCode, message?: string, options: { readonly details?: unknown; readonly cause?: unknown } = {}) {
    super(message ?? failures[code].message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.details = options.details
  }

  get row(): FailureRow {
    return failures[this.code]
  }
}
