import type { CallIdentity } from '../domain/approval.ts'
import { canonicalJson } from '../json/canonical.ts'
import { sha256Hex } from '../json/digest.ts'

/** The digest that an approval binds: `sha256:` and SHA-256 in hex over the RFC 8785 form of the call's identity. */
export function callDigest(identity: CallIdentity): string {
  return `sha256:${sha256Hex(canonicalJson({ ...identity }))}`
}
