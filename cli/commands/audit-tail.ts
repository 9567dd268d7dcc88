import type { EventPage, EventView } from '../../server/contract/audit.ts'
import { Failure } from '../../server/domain/failure.ts'
import type { CommandContext } from '../command.ts'
import type { Terminal } from '../terminal.ts'
import { visible } from '../visible.ts'

const followEveryMs = 500

export async function run({ admin, options, terminal }: CommandContext): Promise<void> {
  const lines = options.lines === undefined ? 20 : Number(options.lines)
  if (!Number.isInteger(lines) || lines < 1 || lines > 500) throw new Failure('usage', '--lines takes a number from 1 to 500.')
  let page = await admin().get<EventPage>(`/api/v1/audit?limit=${lines}`)
  print(page.events, terminal)
  while (options.follow === true) {
    await Bun.sleep(followEveryMs)
    page = await admin().get<EventPage>(
      page.next_cursor === undefined ? '/api/v1/audit' : `/api/v1/audit?limit=500&after=${page.next_cursor}`,
    )
    print(page.events, terminal)
  }
}

function print(events: readonly EventView[], terminal: Terminal): void {
  for (const event of events) {
    if (terminal.json) terminal.printJson(event)
    else terminal.print(lineOf(event, terminal))
  }
}

const marks: Readonly<Record<string, string>> = { allow: '✓', deny: '✗', escalate: '…', restrict: '~' }

/** Time, mark and word, what was called, why. Glyph and word: colour is never the only sign. */
function lineOf(event: EventView, { paint }: Terminal): string {
  const result = textOf(event.policy_result) || textOf(event.outcome) || textOf(event.error)
  const colour = result === 'deny' ? paint.red : result === 'escalate' ? paint.yellow : paint.reset
  const call = [textOf(event.mcp_server), textOf(event.tool_name)].filter(part => part !== '').join('/')
  const why = textOf(event.policy_reason) || (event.actor === undefined ? '' : `by ${textOf(event.actor)}`)
  const parts = [call, textOf(event.target), why].filter(part => part !== '')
  const head = `${event.timestamp.slice(11, 23)}  ${event.event_type.padEnd(19)} ${colour(`${marks[result] ?? ' '} ${result}`.padEnd(12))}`
  return `${head} ${parts.map(visible).join('  ')}`.trimEnd()
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
