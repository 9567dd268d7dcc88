import type { CommandContext } from '../command.ts'

export async function run({ admin, args, terminal }: CommandContext): Promise<void> {
  const answer = await admin().remove<{ readonly session_id: string }>(`/api/v1/tokens/${encodeURIComponent(args[0] ?? '')}`)
  if (terminal.json) terminal.printJson(answer)
  else terminal.print(`Session ${answer.session_id} is revoked.`)
}
