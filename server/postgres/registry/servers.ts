import type { Selectable } from 'kysely'
import { Failure } from '../../domain/failure.ts'
import type { McpServer, Servers } from '../../domain/server.ts'
import type { Postgres } from '../connect.ts'
import type { Database } from '../schema.ts'

/** The MCP servers of a tenant, over `behavry.servers`. Faults: `conflict`, `database_unavailable`. */
export function createServers(postgres: Postgres): Servers {
  return {
    list: tenantId =>
      postgres.asTenant(tenantId, async trx => (await trx.selectFrom('servers').selectAll().orderBy('id').execute()).map(toServer)),
    add: server =>
      postgres.asTenant(server.tenantId, async trx => {
        const added = await trx
          .insertInto('servers')
          .values(toRow(server))
          .onConflict(conflict => conflict.doNothing())
          .returning('id')
          .executeTakeFirst()
        if (!added) throw new Failure('conflict', `A server with the id ${server.id} is registered already.`)
      }),
    remove: (tenantId, id) =>
      postgres.asTenant(tenantId, async trx => {
        const removed = await trx.deleteFrom('servers').where('id', '=', id).returning('id').executeTakeFirst()
        return removed !== undefined
      }),
  }
}

function toRow(server: Omit<McpServer, 'revision'>) {
  const { id, tenantId, name, enabled, timeoutMs } = server
  return { id, tenant_id: tenantId, name, enabled, timeout_ms: timeoutMs, transport: JSON.stringify(server.transport) }
}

/** The one place where a row becomes a server. */
export function toServer(row: Selectable<Database['servers']>): McpServer {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    name: row.name,
    transport: row.transport,
    enabled: row.enabled,
    timeoutMs: row.timeout_ms,
    revision: row.revision,
  }
}
