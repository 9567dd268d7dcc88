import { hkdfSync } from 'node:crypto'
import type { JsonObject } from '../domain/json.ts'
import type { Secret } from '../domain/secret.ts'
import { canonicalJson } from '../json/canonical.ts'
import { hmacSha256Hex } from '../json/digest.ts'

/**
 * The keyed digest of arguments: HMAC-SHA256 over their RFC 8785 form, under a key that HKDF (RFC 5869) derives from the root secret for this tenant and
 * this purpose. Whoever sees the digest cannot find the arguments by trying; whoever holds the key can compare.
 */
export function createInputHash(rootSecret: Secret): (tenantId: string, args: JsonObject) => string {
  const keys = new Map<string, Uint8Array>()
  const keyOf = (tenantId: string) => {
    const known = keys.get(tenantId)
    if (known) return known
    const key = new Uint8Array(hkdfSync('sha256', rootSecret.reveal(), tenantId, 'behavry/v1/input-hash', 32))
    keys.set(tenantId, key)
    return key
  }
  return (tenantId, args) => hmacSha256Hex(keyOf(tenantId), canonicalJson(args))
}
