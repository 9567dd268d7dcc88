import type { Config } from '../config/config.ts'
import type { Clock } from '../domain/clock.ts'
import type { JsonObject } from '../domain/json.ts'
import type { TokenSigner, TokenVerifier } from '../domain/session.ts'
import { createKeyStore } from '../identity/key-store.ts'
import { loadTokenKeys } from '../identity/keys.ts'
import { createInputHash } from '../identity/tenant-keys.ts'
import { createTokens } from '../identity/tokens.ts'

export interface Identity {
  readonly tokens: TokenSigner & TokenVerifier
  readonly jwks: { readonly keys: readonly object[] }
  readonly inputHash: (tenantId: string, args: JsonObject) => string
}

/** Keys from the configuration; in development those that are not given are made once and kept in the data directory. */
export async function openIdentity(config: Config, clock: Clock): Promise<Identity> {
  const store = createKeyStore(config.dataDir)
  const privateKey = config.jwtPrivateKey ?? (await store.jwtPrivateKey())
  const rootSecret = config.appSecretKey ?? (await store.appSecret())
  const keys = await loadTokenKeys({
    privateKey: privateKey.reveal(),
    ...(config.jwtPublicKey !== undefined && { publicKey: config.jwtPublicKey }),
    previousPublicKeys: config.jwtPreviousPublicKeys,
  })
  const tokens = createTokens({ keys, issuer: config.jwtIssuer, audience: config.publicUrl ?? config.jwtIssuer, clock })
  return { tokens, jwks: { keys: keys.verification.map(({ jwk }) => jwk) }, inputHash: createInputHash(rootSecret) }
}
