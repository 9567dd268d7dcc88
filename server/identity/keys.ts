import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { calculateJwkThumbprint, exportJWK, type JWK } from 'jose'

/** A public key as it verifies and as it is published. */
export interface VerificationKey {
  readonly kid: string
  readonly key: KeyObject
  readonly jwk: JWK
  /** RFC 7638, SHA-256, base64url. */
  readonly thumbprint: string
}

/** The keys of agent tokens: one signs, it and those before it verify. */
export interface TokenKeys {
  readonly signing: { readonly kid: string; readonly key: KeyObject } | undefined
  /** First the current one, kid `behavry-rs256`; older ones `behavry-rs256-<thumbprint8>`. */
  readonly verification: readonly VerificationKey[]
}

const currentKid = 'behavry-rs256'

/** From PEM text, which the configuration has checked already (RSA, at least 2048 bits). */
export async function loadTokenKeys(pem: {
  readonly privateKey: string
  readonly publicKey?: string
  readonly previousPublicKeys?: readonly string[]
}): Promise<TokenKeys> {
  const key = createPrivateKey(pem.privateKey)
  const current = await verificationKey(createPublicKey(pem.publicKey ?? pem.privateKey), () => currentKid)
  const previous = await Promise.all(
    (pem.previousPublicKeys ?? []).map(text =>
      verificationKey(createPublicKey(text), thumbprint => `${currentKid}-${thumbprint.slice(0, 8)}`),
    ),
  )
  return { signing: { kid: currentKid, key }, verification: [current, ...previous] }
}

async function verificationKey(key: KeyObject, nameOf: (thumbprint: string) => string): Promise<VerificationKey> {
  const jwk = await exportJWK(key)
  const thumbprint = await calculateJwkThumbprint(jwk)
  const kid = nameOf(thumbprint)
  return { kid, key, thumbprint, jwk: { kty: 'RSA', use: 'sig', alg: 'RS256', kid, n: jwk.n ?? '', e: jwk.e ?? '' } }
}
