import { hkdfSync } from 'node:crypto'
import type { Secret } from '../domain/secret.ts'
import { hmacSha256Hex } from '../json/digest.ts'

/**
 * Tells one root secret from another without telling it: HMAC-SHA256 over a constant, under a key that HKDF-SHA256 (RFC 5869) derives for this alone. It
 * is stored, and so never changes for a secret.
 */
export function fingerprintOf(rootSecret: Secret): string {
  const key = new Uint8Array(hkdfSync('sha256', rootSecret.reveal(), '', 'behavry/v1/fingerprint', 32))
  return hmacSha256Hex(key, 'behavry root secret')
}
