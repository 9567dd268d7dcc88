import type { EscalationView } from '../server/contract/escalation.ts'
import type { CommandContext } from './command.ts'
import type { Terminal } from './terminal.ts'
import { visible } from './visible.ts'

/** Decides a held call and says what came of it. */
export async function resolveEscalation({ admin, args, options, terminal }: CommandContext, verb: 'approve' | 'deny'): Promise<void> {
  const note = typeof options.note === 'string' ? { note: options.note } : {}
  const escalation = await admin().post<EscalationView>(`/api/v1/escalations/${encodeURIComponent(args[0] ?? '')}/${verb}`, note)
  if (terminal.json) return terminal.printJson(escalation)
  const what = `${visible(escalation.agent.name)} calling ${escalation.server}/${visible(escalation.tool)}`
  terminal.print(verb === 'approve' ? `Approved: ${what}. The agent's next identical call passes, once.` : `Denied: ${what}.`)
}

/** One held call, field by field. */
export function printEscalation(escalation: EscalationView, terminal: Terminal): void {
  const { agent, ...fields } = escalation
  const rows = Object.entries({ agent: `${agent.name} (${agent.id})`, ...fields }).map(([name, value]) => [name, String(value)])
  if (terminal.json) terminal.printJson(escalation)
  else terminal.table(['FIELD', 'VALUE'], rows)
}
