import type { Sessions } from '../../domain/session.ts'
import type { Postgres } from '../connect.ts'

/** Sessions and their revocations. A revocation reaches every process with its next snapshot. Faults: `database_unavailable`. */
export function createSessions(postgres: Postgres): Sessions {
  return {
    open: session =>
      postgres.asTenant(session.tenantId, async trx => {
        const { id, tenantId, agentId, issuedBy, issuedAt, expiresAt } = session
        const row = { id, tenant_id: tenantId, agent_id: agentId, issued_by: issuedBy, issued_at: issuedAt, expires_at: expiresAt }
        await trx.insertInto('sessions').values(row).execute()
      }),
    revoke: async (tenantId, id, by) => {
      const ended = await postgres.asTenant(tenantId, trx =>
        trx
          .updateTable('sessions')
          .set({ revoked_at: new Date() })
          .where('id', '=', id)
          .where('revoked_at', 'is', null)
          .returning('expires_at')
          .executeTakeFirst(),
      )
      if (!ended) return false
      await postgres.asSystem(trx =>
        trx
          .insertInto('revocations')
          .values({ session_id: id, revoked_by: by, expires_at: ended.expires_at })
          .onConflict(conflict => conflict.doNothing())
          .execute(),
      )
      return true
    },
  }
}
