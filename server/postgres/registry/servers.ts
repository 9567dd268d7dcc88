import type { Selectable } from 'kysely'
import { Failure } from '../../domain/failure.ts'
import type { McpServer, Servers } from '../../domain/server.ts'
import type { Postgres } from '../connect.ts'
import type { Database } from '../schema.ts'
import type { Transports } from './transports.ts'

/** The MCP servers of a tenant, over `behavry.servers`. Faults: `conflict`, `database_unavailable`. */
export function createServers(postgres: Postgres, transports: Transports): Servers {
  return {
    list: tenantId =>
      postgres.asTenant(tenantId, async trx => {
        const rows = await trx.selectFrom('servers').selectAll().orderBy('id').execute()
        return rows.map(row => toServer(row, transports))
      }),
    add: server =>
      postgres.asTenant(server.tenantId, async trx => {
        const added = await trx
          .insertInto('servers')
          .values(toRow(server, transports))
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

/** The one place where a server becomes a row. */
export function toRow(server: Omit<McpServer, 'revision'>, transports: Transports) {
  const { id, tenantId, name, enabled, timeoutMs } = server
  return { id, tenant_id: tenantId, name, enabled, timeout_ms: timeoutMs, transport: transports.seal(server, server.transport) }
}

/** In place of a transport that cannot be opened; its server is disabled, so nobody runs it. */
const unopened: McpServer['transport'] = { kind: 'stdio', command: '[sealed with another key]', args: [], env: {} }

/** The one place where a row becomes a server. One whose transport cannot be opened is there, but disabled. */
export function toServer(row: Selectable<Database['servers']>, transports: Transports): McpServer {
  const place = { id: row.id, tenantId: row.tenant_id }
  const transport = transports.open(place, row.transport)
  return {
    ...place,
    name: row.name,
    transport: transport ?? unopened,
    enabled: row.enabled && transport !== undefined,
    timeoutMs: row.timeout_ms,
    revision: row.revision,
  }
}
