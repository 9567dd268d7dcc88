import { t } from 'elysia'
import { limit } from './fields.ts'

export const auditQuery = t.Object({
  limit: t.Optional(limit),
  after: t.Optional(t.String({ pattern: '^[A-Za-z0-9_-]{1,200}$', description: 'next_cursor of the answer before: only later events.' })),
})

/** An event as it is listed: the journal's own field names, absent ones left out. */
export interface EventView {
  readonly id: string
  readonly timestamp: string
  readonly event_type: string
  readonly [field: string]: unknown
}

export interface EventPage {
  /** Oldest first. */
  readonly events: readonly EventView[]
  readonly next_cursor?: string
}
