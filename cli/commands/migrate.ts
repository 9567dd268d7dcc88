import { Failure } from '../../server/domain/failure.ts'
import { migrate } from '../../server/migrate.ts'
import type { CommandContext } from '../command.ts'

export async function run({ config, log, options, terminal }: CommandContext): Promise<void> {
  const down = options.down === undefined ? undefined : count(String(options.down))
  if (options.status === true) {
    const status = await migrate(config(), log(), migrator => migrator.status())
    if (terminal.json) return terminal.printJson(status)
    const rows = (['applied', 'pending', 'unknown'] as const).flatMap(state => status[state].map(name => [name, state]))
    return terminal.table(['MIGRATION', 'STATE'], rows)
  }
  const names = await migrate(config(), log(), migrator => (down === undefined ? migrator.up() : migrator.down(down)))
  if (terminal.json) return terminal.printJson({ [down === undefined ? 'applied' : 'taken_back']: names })
  const done = down === undefined ? 'applied' : 'taken back'
  terminal.print(names.length === 0 ? 'Nothing to do.' : names.map(name => `${name} ${done}`).join('\n'))
}

function count(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new Failure('usage', '--down takes how many migrations to take back, 1 or more.')
  return Number(text)
}
