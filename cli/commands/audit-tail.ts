import type { AgentView } from '../../server/contract/agent.ts'
import type { EventPage } from '../../server/contract/audit.ts'
import { Failure } from '../../server/domain/failure.ts'
import type { CommandContext } from '../command.ts'
import { eventLine } from '../event-line.ts'

const followEveryMs = 500

export async function run({ admin, options, terminal }: CommandContext): Promise<void> {
  const lines = options.lines === undefined ? 20 : Number(options.lines)
  if (!Number.isInteger(lines) || lines < 1 || lines > 500) throw new Failure('usage', '--lines takes a number from 1 to 500.')
  const { agents } = await admin().get<{ readonly agents: readonly AgentView[] }>('/api/v1/agents')
  const names = new Map(agents.map(({ id, name }) => [id, name]))
  const print = (page: EventPage) => {
    for (const event of page.events) {
      if (terminal.json) terminal.printJson(event)
      else terminal.print(eventLine(event, names, terminal))
    }
    return page.next_cursor
  }
  let cursor = print(await admin().get<EventPage>(`/api/v1/audit?limit=${lines}`))
  while (options.follow === true) {
    await Bun.sleep(followEveryMs)
    cursor = print(await admin().get<EventPage>(cursor === undefined ? '/api/v1/audit' : `/api/v1/audit?limit=500&after=${cursor}`))
  }
}
