import { t } from 'elysia'
import { uuid } from './fields.ts'

export const tokenRequest = t.Object(
  {
    agent: t.String({ minLength: 1, maxLength: 128, description: 'Name of the agent.' }),
    ttl_seconds: t.Optional(t.Integer({ minimum: 1, maximum: 5_400, description: 'must be a number of seconds, at most 5400.' })),
  },
  { additionalProperties: false },
)

const tokenIssued = t.Object({
  access_token: t.String(),
  token_type: t.Literal('Bearer'),
  expires_in: t.Integer(),
  agent_id: uuid,
  session_id: uuid,
  risk_tier: t.String(),
})
export type TokenIssued = typeof tokenIssued.static
