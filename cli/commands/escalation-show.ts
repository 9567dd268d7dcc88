import type { EscalationView } from '../../server/contract/escalation.ts'
import type { CommandContext } from '../command.ts'
import { printEscalation } from '../escalation.ts'

export async function run({ admin, args, terminal }: CommandContext): Promise<void> {
  printEscalation(await admin().get<EscalationView>(`/api/v1/escalations/${encodeURIComponent(args[0] ?? '')}`), terminal)
}
