import type { EscalationView } from '../../server/contract/escalation.ts'
import type { CommandContext } from '../command.ts'

export async function run({ admin, options, terminal }: CommandContext): Promise<void> {
  const query = typeof options.status === 'string' ? `?status=${encodeURIComponent(options.status)}` : ''
  const { escalations } = await admin().get<{ readonly escalations: readonly EscalationView[] }>(`/api/v1/escalations${query}`)
  if (terminal.json) return terminal.printJson(escalations)
  if (escalations.length === 0) return terminal.print('No escalations.')
  terminal.table(
    ['ID', 'STATUS', 'TIER', 'EXPIRES', 'AGENT', 'CALL', 'RESOURCE'],
    escalations.map(e => [
      e.id,
      e.status,
      e.risk_tier,
      e.expires_at.slice(0, 19).replace('T', ' '),
      e.agent.name,
      `${e.server}/${e.tool}`,
      e.resource,
    ]),
  )
}
