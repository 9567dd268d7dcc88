import type { McpServer } from '../../domain/server.ts'
import { defaultTenantId } from '../../domain/snapshot.ts'
import type { Postgres } from '../connect.ts'
import { toRow } from './servers.ts'
import type { Transports } from './transports.ts'

/** The tenant of the appliance, made at first start; does nothing when it is there. */
export async function ensureTenant(postgres: Postgres): Promise<void> {
  await postgres.asSystem(trx =>
    trx
      .insertInto('tenants')
      .values({ id: defaultTenantId, slug: 'default', name: 'Default' })
      .onConflict(conflict => conflict.doNothing())
      .execute(),
  )
}

/**
 * What a newcomer meets: one agent with the default role, one server of our own. Made only while the tenant has no agent and no server at all, so that whoever removed
 * them is not given them again. True when it made them.
 */
export async function ensureDemo(
  postgres: Postgres,
  transports: Transports,
  agentId: string,
  server: Omit<McpServer, 'revision' | 'tenantId'>,
): Promise<boolean> {
  return await postgres.asTenant(defaultTenantId, async trx => {
    const taken =
      (await trx.selectFrom('agents').select('id').limit(1).execute()).length +
      (await trx.selectFrom('servers').select('id').limit(1).execute()).length
    if (taken > 0) return false
    const agent = {
      id: agentId,
      tenant_id: defaultTenantId,
      name: 'demo',
      agent_type: 'demo',
      roles: ['default'],
      permissions: [`${server.id}:read`],
    }
    await trx
      .insertInto('agents')
      .values(agent)
      .onConflict(conflict => conflict.doNothing())
      .execute()
    await trx
      .insertInto('servers')
      .values(toRow({ ...server, tenantId: defaultTenantId }, transports))
      .onConflict(conflict => conflict.doNothing())
      .execute()
    return true
  })
}
