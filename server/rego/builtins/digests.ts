import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { type Builtin, builtin } from './builtin.ts'
import { parsePrivateKeys } from './keys.ts'
import { any, array, boolean, object, string } from './type.ts'

function digest(algorithm: string): Builtin {
  return builtin(`crypto.${algorithm}`, [string], string, text => createHash(algorithm).update(text).digest('hex'))
}

function hmac(algorithm: string): Builtin {
  return builtin(`crypto.hmac.${algorithm}`, [string, string], string, (text, key) => createHmac(algorithm, key).update(text).digest('hex'))
}

function equalMacs(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}

/** https://www.openpolicyagent.org/docs/policy-reference/builtins/crypto */
export const digests = [
  ...['md5', 'sha1', 'sha256'].map(digest),
  ...['md5', 'sha1', 'sha256', 'sha512'].map(hmac),
  builtin('crypto.hmac.equal', [string, string], boolean, equalMacs),
  builtin('crypto.parse_private_keys', [string], array(object(string, any)), parsePrivateKeys),
]
