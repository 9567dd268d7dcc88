/** SHA-256 (FIPS 180-4) over the UTF-8 of a well-formed text, as 64 lower-case hex digits. */
export function sha256Hex(text: string): string {
  return Bun.SHA256.hash(text, 'hex')
}

/** HMAC-SHA-256 (RFC 2104) over the UTF-8 of a well-formed text, as 64 lower-case hex digits. */
export function hmacSha256Hex(key: Uint8Array | string, text: string): string {
  return new Bun.CryptoHasher('sha256', key).update(text).digest('hex')
}
