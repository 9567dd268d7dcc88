import { constants, createHmac, createPrivateKey, type KeyObject, sign, timingSafeEqual, verify } from 'node:crypto'
import { BuiltinFailure } from '../evaluate/host.ts'
import type { VerificationKey } from './keys.ts'

/** How each algorithm of RFC 7518 and RFC 8037 signs. */
const algorithms: Readonly<Record<string, { readonly family: 'hmac' | 'rsa' | 'pss' | 'ec' | 'ed'; readonly hash: string }>> = {
  HS256: { family: 'hmac', hash: 'sha256' },
  HS384: { family: 'hmac', hash: 'sha384' },
  HS512: { family: 'hmac', hash: 'sha512' },
  RS256: { family: 'rsa', hash: 'sha256' },
  RS384: { family: 'rsa', hash: 'sha384' },
  RS512: { family: 'rsa', hash: 'sha512' },
  PS256: { family: 'pss', hash: 'sha256' },
  PS384: { family: 'pss', hash: 'sha384' },
  PS512: { family: 'pss', hash: 'sha512' },
  ES256: { family: 'ec', hash: 'sha256' },
  ES384: { family: 'ec', hash: 'sha384' },
  ES512: { family: 'ec', hash: 'sha512' },
  EdDSA: { family: 'ed', hash: '' },
}

const keyTypes: Readonly<Record<string, readonly string[]>> = { rsa: ['rsa'], pss: ['rsa', 'rsa-pss'], ec: ['ec'], ed: ['ed25519'] }

export function isKnownAlgorithm(name: string): boolean {
  return Object.hasOwn(algorithms, name)
}

function optionsOf(family: string, key: KeyObject): Parameters<typeof verify>[2] {
  if (family === 'pss') return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO }
  return family === 'ec' ? { key, dsaEncoding: 'ieee-p1363' } : key
}

/** Whether the signature is good; a key of another kind simply does not fit. */
export function verifySignature(name: string, { key }: VerificationKey, text: string, signature: Buffer): boolean {
  const algorithm = algorithms[name]
  if (!algorithm || !keyTypes[algorithm.family]?.includes(key.asymmetricKeyType ?? '')) return false
  return verify(algorithm.hash || null, Buffer.from(text), optionsOf(algorithm.family, key), signature)
}

export function verifyHmac(name: string, secret: string | Buffer, text: string, signature: Buffer): boolean {
  const expected = createHmac(algorithms[name]?.hash ?? 'sha256', secret)
    .update(text)
    .digest()
  return expected.length === signature.length && timingSafeEqual(expected, signature)
}

/** Signs with a JSON Web Key. @throws BuiltinFailure when key and algorithm do not go together. */
export function signText(name: string, jwk: Readonly<Record<string, unknown>>, text: string): Buffer {
  const algorithm = algorithms[name]
  if (!algorithm) throw new BuiltinFailure(`unknown JWS algorithm: ${name}`)
  if (algorithm.family === 'hmac') {
    if (jwk.kty !== 'oct' || typeof jwk.k !== 'string') throw new BuiltinFailure('key type does not match algorithm')
    return createHmac(algorithm.hash, Buffer.from(jwk.k, 'base64url')).update(text).digest()
  }
  try {
    const key = createPrivateKey({ key: jwk as never, format: 'jwk' })
    const options =
      algorithm.family === 'pss'
        ? { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
        : optionsOf(algorithm.family, key)
    return sign(algorithm.hash || null, Buffer.from(text), options as Parameters<typeof sign>[2])
  } catch {
    throw new BuiltinFailure('failed to sign: key does not fit the algorithm')
  }
}
