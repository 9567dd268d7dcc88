import { Failure } from '../../server/domain/failure.ts'
import { migrateDown, migrateUp, migrationStatus } from '../../server/migrate.ts'
import type { CommandContext } from '../command.ts'

export async function run(context: CommandContext): Promise<void> {
  const { config, log, options, terminal } = context
  if (options.status === true) return await showStatus(context)
  const down = options.down === undefined ? undefined : count(String(options.down))
  const names = await (down === undefined
    ? migrateUp(config(), log())
    : migrateDown(config(), log(), down, options.destroyTheJournal === true))
  if (terminal.json) return terminal.printJson({ [down === undefined ? 'applied' : 'taken_back']: names })
  const done = down === undefined ? 'applied' : 'taken back'
  terminal.print(names.length === 0 ? 'Nothing to do.' : names.map(name => `${name} ${done}`).join('\n'))
}

async function showStatus({ config, log, terminal }: CommandContext): Promise<void> {
  const status = await migrationStatus(config(), log())
  if (terminal.json) return terminal.printJson(status)
  const rows = (['applied', 'pending', 'unknown'] as const).flatMap(state => status[state].map(name => [name, state]))
  terminal.table(['MIGRATION', 'STATE'], rows)
}

function count(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new Failure('usage', '--down takes how many migrations to take back, 1 or more.')
  return Number(text)
}
