import type { Postgres } from '../connect.ts'

/** Which keys a database was last used with, by fingerprint, over `behavry.secrets_meta`. Faults: `database_unavailable`. */
export interface KeyPrints {
  /** The fingerprint that is stored under this name; it becomes this one when there is none. */
  readonly claim: (name: KeyName, fingerprint: string) => Promise<string>
  readonly replace: (name: KeyName, fingerprint: string) => Promise<void>
}

type KeyName = 'app_secret' | 'token_key'

/** Of all processes that claim a name at the same moment, one stores its own and all hear that one. */
export function createKeyPrints(postgres: Postgres): KeyPrints {
  return {
    claim: (name, fingerprint) =>
      postgres.asSystem(async trx => {
        await trx
          .insertInto('secrets_meta')
          .values({ name, fingerprint })
          .onConflict(conflict => conflict.doNothing())
          .execute()
        const stored = await trx.selectFrom('secrets_meta').select('fingerprint').where('name', '=', name).executeTakeFirstOrThrow()
        return stored.fingerprint
      }),
    replace: (name, fingerprint) =>
      postgres.asSystem(async trx => {
        await trx.updateTable('secrets_meta').set({ fingerprint }).where('name', '=', name).execute()
      }),
  }
}
