import type { McpServer, StdioTransport } from '../../../domain/server.ts'
import type { BackendsOptions } from '../backends-options.ts'
import type { Link, LinkEvents } from '../link.ts'
import { startChild } from './child.ts'
import { childEnvironment } from './child-environment.ts'
import { childPath } from './child-path.ts'
import type { Isolation } from './isolation.ts'
import { findProgram } from './program.ts'
import { prepareFolder } from './sandbox-folder.ts'
import { followStderr } from './stderr-log.ts'
import { openStdioLink } from './stdio-link.ts'

/**
 * Starts the program of a stdio definition in its own folder, with its own environment only, as its own user and process group, and
 * links to it. Throws `backend_refused` or `backend_unavailable`; then nothing runs.
 */
export function startProgram(
  server: McpServer,
  transport: StdioTransport,
  options: BackendsOptions,
  isolation: Isolation,
  events: LinkEvents,
): Link {
  isolation.admit()
  const { dataDir, onWarning, self, redactText } = options
  const sandbox = { dataDir, onWarning, user: isolation.user }
  // Not the folder that it serves: what a program keeps at home (packages it runs, say) must be out of an agent's reach.
  const home = prepareFolder(server, undefined, sandbox)
  const cwd = transport.folder === undefined ? home : prepareFolder(server, transport.folder, sandbox)
  const env = childEnvironment(transport, home, childPath(process.env.PATH, isolation.user !== undefined))
  const program = findProgram(transport, env.PATH ?? '', self, isolation.user !== undefined)
  const log = (level: 'info' | 'warn') => (text: string) => options.log({ level, tenantId: server.tenantId, serverId: server.id, text })
  try {
    const child = startChild({ argv: isolation.wrap(program.argv), env, cwd, descriptor: program.descriptor })
    const secrets = Object.values(transport.env)
    const stderr = followStderr(child.stderr, { secrets, log: log('info'), ...(redactText === undefined ? {} : { redactText }) })
    return openStdioLink(child, events, how => log('warn')(`${how} Its last words: ${stderr.lastWords() || '(none)'}`))
  } finally {
    program.release()
  }
}
