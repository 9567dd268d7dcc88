import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { Secret } from '../domain/secret.ts'
import type { Kind, Parsed } from './kind.ts'

const blocks = /-----BEGIN ([A-Z0-9 ]{1,40})-----[A-Za-z0-9+/=\s]{1,16384}-----END \1-----/g
const leastModulusBits = 2048
const tooShort = `must have ${leastModulusBits} bits or more`

/** An RSA key for RS256 (RFC 7518 §3.3: 2048 bits or more), given back as PKCS#8 PEM. */
export const rsaPrivateKey: Kind<Secret> = {
  form: 'an RSA private key of 2048 bits or more as PEM, PKCS#1 or PKCS#8, `\\n` for line ends if need be',
  secret: true,
  parse: text => {
    const key = readPrivate(text)
    if (key?.asymmetricKeyType !== 'rsa') return { broken: 'must be an unencrypted RSA private key as PEM (PKCS#1 or PKCS#8)' }
    return isShort(key) ? { broken: tooShort } : { value: pkcs8(key) }
  },
}

/** RSA public keys, one PEM block after another, given back as SPKI PEM; none for empty text. A private key in this place is refused. */
export const rsaPublicKeys: Kind<readonly string[]> = {
  form: 'RSA public keys of 2048 bits or more as PEM, one after another',
  emptyIsValue: true,
  parse: text => {
    const found = pemBlocks(text)
    const keys = found
      .map(readPublic)
      .filter(key => key !== undefined)
      .filter(key => key.asymmetricKeyType === 'rsa')
    if ((found.length === 0 && text.trim() !== '') || keys.length < found.length) return { broken: 'must be RSA public keys as PEM' }
    return keys.some(isShort) ? { broken: tooShort } : { value: keys.map(spki) }
  },
}

/** One RSA public key, given back as SPKI PEM. */
export const rsaPublicKey: Kind<string> = {
  form: 'an RSA public key of 2048 bits or more as PEM',
  parse: text => {
    const parsed = rsaPublicKeys.parse(text)
    if ('broken' in parsed) return { broken: parsed.broken.replace('RSA public keys', 'an RSA public key') }
    const [value, ...more] = parsed.value
    return value === undefined || more.length > 0 ? { broken: 'must be one RSA public key as PEM' } : { value }
  },
}

/** An Ed25519 key (RFC 8032, RFC 8410) as PKCS#8 PEM. */
export const ed25519PrivateKey: Kind<Secret> = {
  form: 'an Ed25519 private key as PKCS#8 PEM, `\\n` for line ends if need be',
  secret: true,
  parse: (text): Parsed<Secret> => {
    const key = readPrivate(text)
    if (key?.asymmetricKeyType !== 'ed25519') return { broken: 'must be an unencrypted Ed25519 private key as PKCS#8 PEM' }
    return { value: pkcs8(key) }
  },
}

/** The public half of a private key that was read before, as SPKI PEM. */
export function publicHalf(privateKey: Secret): string {
  return spki(createPublicKey(privateKey.reveal()))
}

function isShort(key: KeyObject): boolean {
  return (key.asymmetricKeyDetails?.modulusLength ?? 0) < leastModulusBits
}

function pemBlocks(text: string): readonly { readonly label: string; readonly pem: string }[] {
  const plain = text.replaceAll('\\n', '\n').replaceAll('\r', '').trim()
  if (plain.length > 65_536 || plain.replace(blocks, '').trim() !== '') return []
  return [...plain.matchAll(blocks)].map(match => ({ label: match[1] ?? '', pem: match[0] }))
}

function readPrivate(text: string): KeyObject | undefined {
  const [block, ...more] = pemBlocks(text)
  if (!block || more.length > 0 || !/^(RSA )?PRIVATE KEY$/.test(block.label)) return undefined
  return attempt(() => createPrivateKey(block.pem))
}

// node:crypto also takes a private key or a certificate here: the label keeps those out.
function readPublic(block: { readonly label: string; readonly pem: string }): KeyObject | undefined {
  return /^(RSA )?PUBLIC KEY$/.test(block.label) ? attempt(() => createPublicKey(block.pem)) : undefined
}

// What OpenSSL says of a broken key may quote it, so the cause is dropped on purpose: the rule is the message.
function attempt(read: () => KeyObject): KeyObject | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}

function pkcs8(key: KeyObject): Secret {
  return new Secret(key.export({ type: 'pkcs8', format: 'pem' }).toString())
}

function spki(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'pem' }).toString()
}
