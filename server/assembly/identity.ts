import type { Config } from '../config/config.ts'
import type { Clock } from '../domain/clock.ts'
import type { JsonObject } from '../domain/json.ts'
import type { TokenSigner, TokenVerifier } from '../domain/session.ts'
import type { Vault } from '../domain/vault.ts'
import { fingerprintOf } from '../identity/fingerprint.ts'
import { createKeyStore } from '../identity/key-store.ts'
import { loadTokenKeys } from '../identity/keys.ts'
import { createInputHash } from '../identity/tenant-keys.ts'
import { createTokens } from '../identity/tokens.ts'
import { createVault } from '../identity/vault.ts'

export interface Identity {
  readonly tokens: TokenSigner & TokenVerifier
  readonly jwks: { readonly keys: readonly object[] }
  readonly inputHash: (tenantId: string, args: JsonObject) => string
  readonly vault: Vault
  /** What tells the keys from others, and may be stored. */
  readonly fingerprints: { readonly appSecret: string; readonly tokenKey: string; readonly previousTokenKeys: readonly string[] }
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
  const [tokenKey = '', ...previousTokenKeys] = keys.verification.map(({ thumbprint }) => thumbprint)
  return {
    tokens,
    jwks: { keys: keys.verification.map(({ jwk }) => jwk) },
    inputHash: createInputHash(rootSecret),
    vault: createVault(rootSecret),
    fingerprints: { appSecret: fingerprintOf(rootSecret), tokenKey, previousTokenKeys },
  }
}
