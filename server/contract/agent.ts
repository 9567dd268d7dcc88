import { t } from 'elysia'

const word = t.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' })

export const agentRequest = t.Object(
  {
    name: word,
    agent_type: t.Optional(word),
    roles: t.Optional(t.Array(word, { maxItems: 50 })),
    permissions: t.Optional(
      t.Array(t.String({ pattern: '^(\\*|[a-z0-9][a-z0-9-]{0,62}:[a-z]{1,20})$' }), {
        maxItems: 500,
        description: '`<server>:read`, `<server>:write`, or `*`.',
      }),
    ),
  },
  { additionalProperties: false },
)

/** An agent as operators see it. */
export interface AgentView {
  readonly id: string
  readonly name: string
  readonly agent_type: string
  readonly roles: readonly string[]
  readonly permissions: readonly string[]
  readonly status: string
  readonly risk_tier: string
}
