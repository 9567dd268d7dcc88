import type { ServerView } from '../../server/contract/server.ts'
import type { CommandContext } from '../command.ts'

export async function run({ admin, terminal }: CommandContext): Promise<void> {
  const { servers } = await admin().get<{ readonly servers: readonly ServerView[] }>('/api/v1/servers')
  if (terminal.json) return terminal.printJson(servers)
  terminal.table(
    ['ID', 'STATE', 'TRANSPORT', 'WHERE'],
    servers.map(server => [
      server.id,
      server.enabled ? 'enabled' : 'disabled',
      server.transport,
      server.url ?? [server.command, ...(server.args ?? [])].join(' '),
    ]),
  )
}
