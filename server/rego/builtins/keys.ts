import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto'
import { BuiltinFailure } from '../evaluate/host.ts'
import { record } from '../values/json.ts'
import type { RegoObject, Value } from '../values/value.ts'

const pemBlock = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----/g

/** A key as RFC 7517 writes it. */
type Jwk = Readonly<Record<string, unknown>>

/** A verification key with what a key set says of it. */
export interface VerificationKey {
  readonly key: KeyObject
  readonly id?: string | undefined
  readonly algorithm?: string | undefined
}

/** The private keys of a PEM text as JSON Web Keys; none when the text holds none. */
export function parsePrivateKeys(text: string): readonly RegoObject[] {
  return [...text.matchAll(pemBlock)].flatMap(([block, label]) => {
    if (!label?.endsWith('PRIVATE KEY')) return []
    try {
      return [record(createPrivateKey(block).export({ format: 'jwk' }) as Record<string, Value>)]
    } catch {
      throw new BuiltinFailure('failed to parse a private key')
    }
  })
}

/** Reads a certificate or public key in PEM, or a JSON Web Key (set). */
export function verificationKeys(text: string): readonly VerificationKey[] {
  return text.trimStart().startsWith('-----BEGIN') || !text.trimStart().startsWith('{') ? [pemKey(text)] : jsonKeys(text)
}

function pemKey(text: string): VerificationKey {
  const [first] = [...text.matchAll(pemBlock)]
  if (!first)
    throw new BuiltinFailure(text.includes('-----BEGIN') ? 'failed to parse a PEM certificate' : 'failed to parse a JWK key (set)')
  const [block, label] = first
  if (text.slice((first.index ?? 0) + block.length).trim() !== '') throw new BuiltinFailure('extra data after a PEM certificate block')
  try {
    return { key: label === 'CERTIFICATE' ? new X509Certificate(block).publicKey : createPublicKey(block) }
  } catch {
    throw new BuiltinFailure(
      label === 'CERTIFICATE' || label === 'PUBLIC KEY'
        ? 'failed to parse a PEM certificate'
        : 'failed to extract a Key from the PEM certificate',
    )
  }
}

function jsonKeys(text: string): readonly VerificationKey[] {
  try {
    const parsed = JSON.parse(text) as Jwk & { readonly keys?: readonly Jwk[] }
    return (parsed.keys ?? [parsed]).map(jwk => ({
      key: createPublicKey({ key: jwk as never, format: 'jwk' }),
      id: typeof jwk.kid === 'string' ? jwk.kid : undefined,
      algorithm: typeof jwk.alg === 'string' ? jwk.alg : undefined,
    }))
  } catch {
    throw new BuiltinFailure('failed to parse a JWK key (set)')
  }
}
