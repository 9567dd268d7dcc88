import { auditQuery, type EventPage } from '../contract/audit.ts'
import { byId } from '../contract/fields.ts'
import { operation } from '../contract/operation.ts'
import { Failure } from '../domain/failure.ts'
import type { EventCursor, EventLog, JournalEvent } from '../domain/journal.ts'

export interface AuditWorld {
  readonly events: EventLog
}

export const listEvents = operation({
  summary: 'List the latest journal events, oldest first',
  query: auditQuery,
  run: async ({ query }, caller, world: AuditWorld): Promise<EventPage> => {
    const after = query.after === undefined ? undefined : readCursor(query.after)
    const events = await world.events.list(caller.tenantId, query.limit ?? 50, after)
    const last = events.at(-1)
    const next_cursor = last ? writeCursor(last) : query.after
    return { events, ...(next_cursor !== undefined && { next_cursor }) }
  },
})

export const showEvent = operation({
  summary: 'Show one journal event',
  params: byId,
  run: async ({ params }, caller, world: AuditWorld) => {
    const event = await world.events.find(caller.tenantId, params.id)
    if (!event) throw new Failure('not_found', 'There is no event by that id.')
    return event
  },
})

function writeCursor({ timestamp, id }: JournalEvent): string {
  return Buffer.from(JSON.stringify([timestamp, id])).toString('base64url')
}

function readCursor(text: string): EventCursor {
  const [timestamp, id] = decoded(text)
  if (typeof timestamp !== 'string' || Number.isNaN(Date.parse(timestamp)) || typeof id !== 'string' || !/^[0-9a-f-]{36}$/.test(id)) {
    throw new Failure('validation_failed', 'The cursor is not one of ours.')
  }
  return { timestamp, id }
}

function decoded(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString())
    return Array.isArray(value) ? value : []
  } catch {
    return []
  }
}
