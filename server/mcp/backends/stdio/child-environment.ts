import type { StdioTransport } from '../../../domain/server.ts'
import { backendFailure } from '../backend-failure.ts'

const nameShape = /^[A-Za-z_][A-Za-z0-9_]*$/

/** Variables that the dynamic loader or the C library obeys: they would steer `setpriv` itself, before it has given up root. */
const loaderNames =
  /^(LD_.*|GLIBC_TUNABLES|GCONV_PATH|LOCPATH|NLSPATH|MUSL_LOCPATH|MALLOC_.*|GETCONF_DIR|HOSTALIASES|LOCALDOMAIN|RES_OPTIONS|RESOLV_.*|TZDIR|TMPDIR)$/

/**
 * The whole environment of a child: what its definition says, a PATH (`childPath`), HOME (a private folder), LANG. Nothing else of ours.
 * Throws `backend_refused` for a name that is none, that belongs to the loader, or for a value with NUL.
 */
export function childEnvironment(transport: StdioTransport, home: string, path: string): Record<string, string> {
  for (const [name, value] of Object.entries(transport.env)) checkVariable(name, value)
  return { PATH: path, HOME: home, LANG: 'C.UTF-8', ...transport.env }
}

function checkVariable(name: string, value: string): void {
  if (nameShape.test(name) && !loaderNames.test(name) && !value.includes('\0')) return
  throw backendFailure('backend_refused', `The variable ${JSON.stringify(name)} cannot be given to an MCP server.`, false)
}
