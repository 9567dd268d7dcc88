import { t } from 'elysia'
import { serverId } from './fields.ts'

const text = t.String({ maxLength: 4_096 })

const stdioTransport = t.Object(
  {
    transport: t.Literal('stdio'),
    command: t.String({ minLength: 1, maxLength: 1_024 }),
    args: t.Optional(t.Array(text, { maxItems: 100 })),
    env: t.Optional(t.Record(t.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$' }), text)),
    folder: t.Optional(
      t.String({ pattern: '^/', description: 'A folder that the program owns and works in; a scratch folder when absent.' }),
    ),
  },
  { additionalProperties: false },
)

const httpTransport = t.Object(
  {
    transport: t.Literal('http'),
    url: t.String({ format: 'uri', maxLength: 2_048 }),
  },
  { additionalProperties: false },
)

const common = t.Object({
  id: serverId,
  name: t.Optional(t.String({ minLength: 1, maxLength: 128 })),
  timeout_ms: t.Optional(t.Integer({ minimum: 100, maximum: 200_000 })),
})

export const serverRequest = t.Union([t.Composite([common, stdioTransport]), t.Composite([common, httpTransport])])
export type ServerRequest = typeof serverRequest.static

/** A server as operators see it: without the values of its environment. */
export interface ServerView {
  readonly id: string
  readonly name: string
  readonly transport: 'stdio' | 'http'
  readonly command?: string
  readonly args?: readonly string[]
  readonly env?: readonly string[]
  readonly url?: string
  readonly enabled: boolean
  readonly timeout_ms: number
}
