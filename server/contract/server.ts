import { t } from 'elysia'
import { serverId } from './fields.ts'

const text = t.String({ maxLength: 4_096 })

/** Body of a registration: `url` with `http`, `command` and what belongs to it with `stdio`. */
export const serverRequest = t.Object(
  {
    id: serverId,
    name: t.Optional(t.String({ minLength: 1, maxLength: 128, description: 'must be 1 to 128 characters.' })),
    timeout_ms: t.Optional(t.Integer({ minimum: 100, maximum: 200_000, description: 'must be milliseconds, 100 to 200000.' })),
    transport: t.UnionEnum(['http', 'stdio'], { description: 'must be http or stdio.' }),
    url: t.Optional(t.String({ format: 'uri', maxLength: 2_048, description: 'must be an http:// or https:// URL.' })),
    command: t.Optional(t.String({ minLength: 1, maxLength: 1_024, description: 'must be a program, by name or absolute path.' })),
    args: t.Optional(t.Array(text, { maxItems: 100 })),
    env: t.Optional(t.Record(t.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$' }), text)),
    folder: t.Optional(t.String({ pattern: '^/', description: 'must be an absolute path.' })),
  },
  { additionalProperties: false },
)
/** A registration as it was sent. */
export type ServerRequest = typeof serverRequest.static

/** A server as operators see it: without the values of its environment, and of the arguments that are named like secrets. */
export interface ServerView {
  readonly id: string
  readonly name: string
  readonly transport: 'stdio' | 'http'
  readonly command?: string
  readonly args?: readonly string[]
  readonly env?: readonly string[]
  readonly folder?: string
  readonly url?: string
  readonly enabled: boolean
  readonly timeout_ms: number
}

/** A server just registered: how many tools it showed when it was tried, or why it showed none. */
export interface ServerAdded extends ServerView {
  readonly tools?: number
  readonly problem?: string
}
