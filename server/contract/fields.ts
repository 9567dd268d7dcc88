import { t } from 'elysia'

/** Fields that several nouns share. Descriptions are what a person is told whose input does not fit. */
export const uuid = t.String({ format: 'uuid', description: 'must be an id, a UUID.' })
/** The slug of an MCP server, as it stands in its URL. */
export const serverId = t.String({
  pattern: '^[a-z0-9][a-z0-9-]{0,62}$',
  description: 'must be lower-case letters, digits and hyphens, at most 63.',
})
/** Path parameter of what is found by a UUID. */
export const byId = t.Object({ id: uuid })
/** Path parameter of an MCP server. */
export const byServerId = t.Object({ id: serverId })
/** How many rows a list gives. */
export const limit = t.Integer({ minimum: 1, maximum: 500, default: 50, description: 'must be a number from 1 to 500.' })
