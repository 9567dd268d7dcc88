import { Failure } from '../domain/failure.ts'
import type { Log } from '../domain/log.ts'
import type { KeyPrints } from '../postgres/registry/key-prints.ts'
import type { Identity } from './identity.ts'

/**
 * Processes on one database must hold the same keys. With another app secret this one could neither open the credentials that the others sealed nor make
 * digests that compare with theirs: throws `configuration_invalid`. Another token key only ends the tokens of before, so it may be lost or changed: it
 * becomes the one that is expected, and that is logged, as a warning (`keys_differ`) unless the former is among the previous public keys.
 */
export async function agreeOnKeys(prints: KeyPrints, { fingerprints }: Pick<Identity, 'fingerprints'>, log: Log): Promise<void> {
  const { appSecret, tokenKey, previousTokenKeys } = fingerprints
  if ((await prints.claim('app_secret', appSecret)) !== appSecret)
    throw new Failure(
      'configuration_invalid',
      'BEHAVRY_APP_SECRET_KEY is not the one that this database is used with: it must be the same in every process on this database. Where it was never set, it is the file keys/app-secret in the data directory of the process that started first.',
    )
  const known = await prints.claim('token_key', tokenKey)
  if (known === tokenKey) return
  await prints.replace('token_key', tokenKey)
  if (previousTokenKeys.includes(known)) return log('info', 'token_key_rotated')
  const detail =
    'BEHAVRY_JWT_PRIVATE_KEY is not the one that this database was last used with: tokens of before are refused here, and those of other processes too unless all are given the same.'
  log('warn', 'keys_differ', { detail })
}
