import type { CommandContext } from '../command.ts'

export async function run({ admin, args, terminal }: CommandContext): Promise<void> {
  const answer = await admin().remove<{ readonly id: string }>(`/api/v1/servers/${encodeURIComponent(args[0] ?? '')}`)
  if (terminal.json) terminal.printJson(answer)
  else terminal.print(`Server ${answer.id} is removed.`)
}
