import type { EventView } from '../../server/contract/audit.ts'
import type { CommandContext } from '../command.ts'

export async function run({ admin, args, terminal }: CommandContext): Promise<void> {
  const event = await admin().get<EventView>(`/api/v1/audit/${encodeURIComponent(args[0] ?? '')}`)
  if (terminal.json) return terminal.printJson(event)
  const rows = Object.entries(event).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)])
  terminal.table(['FIELD', 'VALUE'], rows)
}
