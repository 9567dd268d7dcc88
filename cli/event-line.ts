import type { EventView } from '../server/contract/audit.ts'
import { clipped, padded } from './columns.ts'
import type { Terminal } from './terminal.ts'
import { visible } from './visible.ts'

const whoWidth = 12
const whatWidth = 20

/** One journal event on one line: when (UTC), who, what was decided or done, about what, and why. */
export function eventLine(event: EventView, agentNames: ReadonlyMap<string, string>, { paint, width }: Terminal): string {
  const what = whatOf(event)
  const colour = what.startsWith('✗') || what.startsWith('!') ? paint.red : what.startsWith('…') ? paint.yellow : paint.reset
  const head = `${event.timestamp.slice(0, 19).replace('T', ' ')}Z  ${padded(clipped(whoOf(event, agentNames), whoWidth), whoWidth)}  `
  const tail = [subjectOf(event, agentNames), textOf(event.target), whyOf(event)]
    .filter(part => part !== '')
    .map(visible)
    .join('  ')
  const room = width === undefined ? Number.POSITIVE_INFINITY : width - Bun.stringWidth(head) - whatWidth - 2
  return `${head}${colour(padded(what, whatWidth))}  ${clipped(tail, room)}`.trimEnd()
}

function whoOf(event: EventView, agentNames: ReadonlyMap<string, string>): string {
  if (event.actor !== undefined) return visible(textOf(event.actor))
  return visible(nameOf(event, agentNames) || textOf((event.extra as { readonly address?: unknown } | undefined)?.address))
}

function nameOf({ agent_id: id }: EventView, agentNames: ReadonlyMap<string, string>): string {
  return agentNames.get(textOf(id)) ?? textOf(id).slice(0, 8)
}

const marks: Readonly<Record<string, string>> = { allow: '✓', restrict: '~', deny: '✗', escalate: '…' }

/** Glyph and word: colour is never the only sign. */
function whatOf(event: EventView): string {
  const decision = textOf(event.policy_result)
  if (decision !== '') return `${marks[decision] ?? ' '} ${decision}${event.grant_id === undefined ? '' : ' (approved)'}`
  const error = textOf(event.error)
  if (event.event_type === 'request.refused') return `✗ ${error}`
  if (event.event_type !== 'tool_call.outcome') return `· ${event.event_type}`
  return error === '' ? `→ ${textOf(event.outcome)}` : `! ${error}`
}

/** What was called; for what an operator did, to which agent. */
function subjectOf(event: EventView, agentNames: ReadonlyMap<string, string>): string {
  const call = [textOf(event.mcp_server), textOf(event.tool_name)].filter(part => part !== '').join('/')
  return event.actor !== undefined && event.agent_id !== undefined ? `${nameOf(event, agentNames)} ${call}`.trimEnd() : call
}

function whyOf(event: EventView): string {
  const { method, count } = (event.extra ?? {}) as { readonly method?: unknown; readonly count?: unknown }
  const times = typeof count === 'number' && count > 1 ? `×${count}` : ''
  if (event.event_type === 'tool_call.outcome') return typeof event.latency_ms === 'number' ? `${Math.round(event.latency_ms)} ms` : ''
  return event.grant_id === undefined
    ? [textOf(event.policy_reason), textOf(method), times].filter(Boolean).join(' ')
    : 'A person approved this exact call.'
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
