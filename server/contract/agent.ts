import { t } from 'elysia'
import { actions } from '../domain/call.ts'

const word = t.String({
  pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$',
  description: 'must be letters, digits, dots, dashes and underscores, at most 64.',
})

const permission = t.String({
  pattern: `^(\\*|[a-z0-9][a-z0-9-]{0,62}:(${actions.join('|')}))$`,
  description: `must be <server>:<action>, such as notes:read, or *. Actions: ${actions.join(', ')}.`,
})

/** Body of an enrolment. */
export const agentRequest = t.Object(
  {
    name: word,
    agent_type: t.Optional(word),
    roles: t.Optional(t.Array(word, { maxItems: 50 })),
    permissions: t.Optional(t.Array(permission, { maxItems: 500 })),
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
