import { timingSafeEqual } from 'node:crypto'

/** SHA-256 (FIPS 180-4) over the UTF-8 of a well-formed text, as 64 lower-case hex digits. */
export function sha256Hex(text: string): string {
  return Bun.SHA256.hash(text, 'hex')
}

/** HMAC-SHA-256 (RFC 2104) over the UTF-8 of a well-formed text, as 64 lower-case hex digits. */
export function hmacSha256Hex(key: Uint8Array | string, text: string): string {
  return new Bun.CryptoHasher('sha256', key).update(text).digest('hex')
}

/** Compares two digests in a time that tells nothing but whether their lengths differ. */
export function digestEquals(a: string, b: string): boolean {
  const left = Buffer.from(a)
  const right = Buffer.from(b)
  return left.length === right.length && timingSafeEqual(left, right)
}
