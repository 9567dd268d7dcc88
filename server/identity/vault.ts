import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { Failure } from '../domain/failure.ts'
import type { Secret } from '../domain/secret.ts'
import type { Vault } from '../domain/vault.ts'

const algorithm = 'aes-256-gcm'
const ivBytes = 12
const tagBytes = 16
/** The format, the version of the key, the IV, the ciphertext with its tag; the last two in base64url (RFC 4648 §5). */
const sealedForm = /^v1\.1\.([\w-]{16})\.([\w-]{22,})$/

/**
 * AES-256-GCM (NIST SP 800-38D) under a key that HKDF-SHA256 (RFC 5869) derives from the root secret for each tenant: random 96-bit IV, 128-bit tag,
 * `<tenant>/<purpose>` as additional data. The text form is stored: `v1.<key version>.<iv>.<ciphertext and tag>`.
 */
export function createVault(rootSecret: Secret): Vault {
  const keys = new Map<string, Uint8Array>()
  const keyOf = (tenantId: string) => {
    const known = keys.get(tenantId)
    if (known) return known
    const key = new Uint8Array(hkdfSync('sha256', rootSecret.reveal(), tenantId, 'behavry/v1/credentials', 32))
    keys.set(tenantId, key)
    return key
  }
  return {
    seal: (tenantId, purpose, text) => {
      const iv = randomBytes(ivBytes)
      const cipher = createCipheriv(algorithm, keyOf(tenantId), iv, { authTagLength: tagBytes }).setAAD(placeOf(tenantId, purpose))
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
      return `v1.1.${iv.toString('base64url')}.${sealed.toString('base64url')}`
    },
    open: (tenantId, purpose, sealed) => opened(keyOf(tenantId), placeOf(tenantId, purpose), sealed),
  }
}

function placeOf(tenantId: string, purpose: string): Buffer {
  return Buffer.from(`${tenantId}/${purpose}`)
}

function opened(key: Uint8Array, place: Buffer, text: string): string {
  const [, iv, sealed] = sealedForm.exec(text) ?? []
  if (iv === undefined || sealed === undefined) throw cannotOpen('It is not in a form that this release knows.')
  const bytes = Buffer.from(sealed, 'base64url')
  try {
    const decipher = createDecipheriv(algorithm, key, Buffer.from(iv, 'base64url'), { authTagLength: tagBytes })
    decipher.setAAD(place).setAuthTag(bytes.subarray(-tagBytes))
    return Buffer.concat([decipher.update(bytes.subarray(0, -tagBytes)), decipher.final()]).toString('utf8')
  } catch (cause) {
    throw cannotOpen('BEHAVRY_APP_SECRET_KEY is not the one that it was sealed with, or it was changed.', cause)
  }
}

function cannotOpen(why: string, cause?: unknown): Failure {
  return new Failure('configuration_invalid', `A sealed credential cannot be opened. ${why}`, { cause })
}
