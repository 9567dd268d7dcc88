import { routes } from '../../server/routes.ts'
import { code, page, table } from './markdown.ts'

/** The reference of the HTTP routes, in Markdown. */
export function renderRoutes(): string {
  const rows = routes.map(({ method, path, group, access, operation }) => [
    code(`${method} ${path}`),
    operation.summary,
    access.join(', '),
    group,
    statusesOf(operation.status),
  ])
  return page('server/routes.ts', introduction, table(['route', 'does', 'access', 'group', 'success'], rows))
}

const introduction = `# Routes

Agents speak MCP at a path of its own, which is not in this table. *Access* names who may call: \`anyone\` needs nothing, \`local\` is the
operator of this machine on the admin socket, the others are roles of a signed-in operator; any one of those named suffices. A refusal is one of the codes of
[errors.md](errors.md).`

function statusesOf(status: (typeof routes)[number]['operation']['status'] = 200): string {
  return typeof status === 'number' ? `${status}` : status.possible.join(', ')
}
