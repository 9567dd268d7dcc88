import { t } from 'elysia'

/** Fields that several nouns share. */
export const uuid = t.String({ format: 'uuid' })
export const serverId = t.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$', description: 'Slug: lower-case letters, digits and hyphens.' })
export const byId = t.Object({ id: uuid })
export const byServerId = t.Object({ id: serverId })
export const limit = t.Integer({ minimum: 1, maximum: 500, default: 50 })
