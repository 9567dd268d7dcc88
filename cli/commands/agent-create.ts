import type { AgentView } from '../../server/contract/agent.ts'
import type { CommandContext } from '../command.ts'

export async function run({ admin, args, options, terminal }: CommandContext): Promise<void> {
  const request = { name: args[0] ?? '', ...list('permissions', options.permission), ...list('roles', options.role) }
  const agent = await admin().post<AgentView>('/api/v1/agents', request)
  if (terminal.json) terminal.printJson(agent)
  else terminal.print(`Agent ${agent.name} is enrolled. Give it a token: behavry token issue --agent ${agent.name}`)
}

function list(name: string, value: CommandContext['options'][string]): Readonly<Record<string, readonly string[]>> {
  return Array.isArray(value) ? { [name]: value as readonly string[] } : {}
}
