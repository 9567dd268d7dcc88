import type { ServerAdded } from '../../server/contract/server.ts'
import { Failure } from '../../server/domain/failure.ts'
import type { CommandContext } from '../command.ts'
import { visible } from '../visible.ts'

export async function run({ admin, args, options, terminal }: CommandContext): Promise<void> {
  const [id = '', target = '', ...rest] = args
  const timeout = options.timeoutMs === undefined ? {} : { timeout_ms: Number(options.timeoutMs) }
  const server = await admin().post<ServerAdded>('/api/v1/servers', { id, ...timeout, ...transportOf(target, rest, options) })
  if (terminal.json) return terminal.printJson(server)
  terminal.print(`Server ${server.id} is registered. Agents reach it at /mcp/v1/${server.id}`)
  if (server.problem === undefined) return terminal.print(`It answers, with ${server.tools} tools.`)
  terminal.complain(`It does not answer yet: ${visible(server.problem)}`)
  if (server.transport === 'stdio') terminal.complain('Its last words are in the log of the server.')
}

function transportOf(target: string, args: readonly string[], options: CommandContext['options']): object {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(target)) return { transport: 'http', url: target }
  const folder = typeof options.folder === 'string' ? { folder: options.folder } : {}
  return { transport: 'stdio', command: target, args, env: environment(options.env), ...folder }
}

function environment(pairs: CommandContext['options'][string]): Record<string, string> {
  const list = Array.isArray(pairs) ? (pairs as readonly string[]) : []
  return Object.fromEntries(list.map(pair => [nameOf(pair), pair.slice(pair.indexOf('=') + 1)]))
}

function nameOf(pair: string): string {
  const name = /^([A-Za-z_][A-Za-z0-9_]*)=/.exec(pair)?.[1]
  if (name === undefined) throw new Failure('usage', '--env takes NAME=VALUE.')
  return name
}
