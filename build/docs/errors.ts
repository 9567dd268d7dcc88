import { failures } from '../../server/domain/failure.ts'
import { code, page, table } from './markdown.ts'

/** The reference of every failure code, in Markdown. */
export function renderErrors(): string {
  const rows = Object.entries(failures).map(([name, row]) => [code(name), `${row.http}`, `${row.rpc}`, `${row.exit}`, row.message])
  return page('server/domain/failure.ts', introduction, table(['code', 'HTTP', 'JSON-RPC', 'exit', 'meaning'], rows))
}

const introduction = `# Errors

Codes are API: one is never renamed. The sentence beside it may change, and a thrower may give a better one; it never holds a secret.

- **HTTP** answers \`{"error": {"code", "message", "error_id", "details"?}}\` with the status below.
- **MCP** answers a JSON-RPC error with the code below (JSON-RPC 2.0 §5.1); HTTP 200 means that the message itself was well received. -32001 is
  *refused*, -32002 *the MCP server behind*, -32003 *unavailable, try again*.
- **The command line** ends with the exit code below, and prints the envelope, without an id, with \`--json\`: 1 failed, 2 bad usage or configuration,
  3 not found, 4 refused, 5 unreachable.

A call that policy denies, or holds for a human, is a decision and not a failure: it has reason codes of its own and no row here. \`internal\` is a
bug: its \`error_id\` finds it in the log.`
