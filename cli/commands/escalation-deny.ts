import type { CommandContext } from '../command.ts'
import { resolveEscalation } from '../escalation.ts'

export async function run(context: CommandContext): Promise<void> {
  await resolveEscalation(context, 'deny')
}
