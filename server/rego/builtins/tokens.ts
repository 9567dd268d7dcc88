import { BuiltinFailure, type Host } from '../evaluate/host.ts'
import { kindOf, orderedEntries } from '../values/compare.ts'
import { compareNumbers, decimalOf, fromBigInt, fromDecimal } from '../values/decimal.ts'
import { jsonText, parseJson, toJson } from '../values/json.ts'
import { objectGet } from '../values/object.ts'
import { type Num, type ObjectValue, RegoObject, type Value } from '../values/value.ts'
import { type Builtin, builtin } from './builtin.ts'
import { headerOf, isNested, parseObject, split, type Token } from './jwt.ts'
import { verificationKeys } from './keys.ts'
import { isKnownAlgorithm, signText, verifyHmac, verifySignature } from './signatures.ts'
import { any, anyObject, boolean, object, string, tuple } from './type.ts'

function decode(token: string): readonly Value[] {
  const { header, payloadText, signature } = split(token)
  if (objectGet(header, 'enc') !== undefined) throw new BuiltinFailure('JWT is a JWE object, which is not supported')
  if (isNested(header)) return decode(payloadText)
  const payload = parseObject(payloadText)
  if (!payload) throw new BuiltinFailure('JWT payload is not a JSON object')
  return [header, payload, signature.toString('hex')]
}

function verifyWith(algorithm: string): (token: string, key: string) => boolean {
  return (token, key) => {
    const { header, signed, signature } = split(token)
    const id = objectGet(header, 'kid')
    const keys = verificationKeys(key)
    const fitting = keys.filter(item => typeof id === 'string' && item.id === id)
    return (fitting.length > 0 ? fitting : keys).some(item => verifySignature(algorithm, item, signed, signature))
  }
}

function verifySecret(algorithm: string): (token: string, secret: string) => boolean {
  return (token, secret) => {
    const { signed, signature } = split(token)
    return verifyHmac(algorithm, secret, signed, signature)
  }
}

interface Constraints {
  readonly key: string | undefined
  readonly secret: string | undefined
  readonly alg: Value | undefined
  readonly iss: Value | undefined
  readonly aud: Value | undefined
  readonly time: Num
}

function constraintsOf(given: ObjectValue, host: Host): Constraints {
  for (const [name] of orderedEntries(given)) {
    if (!['cert', 'secret', 'alg', 'iss', 'aud', 'time'].includes(String(name)))
      throw new BuiltinFailure(`unknown token validation constraint: ${String(name)}`)
  }
  const text = (name: string): string | undefined => {
    const value = objectGet(given, name)
    if (value !== undefined && typeof value !== 'string') throw new BuiltinFailure(`${name} constraint: must be a string`)
    return value
  }
  const [key, secret] = [text('cert'), text('secret')]
  if ((key === undefined) === (secret === undefined))
    throw new BuiltinFailure(key === undefined ? 'no key constraint' : 'duplicate key constraints')
  const time = objectGet(given, 'time')
  if (time !== undefined && kindOf(time) !== 'number') throw new BuiltinFailure('token time constraint: must be a number')
  return { key, secret, alg: text('alg'), iss: text('iss'), aud: text('aud'), time: (time as Num | undefined) ?? fromBigInt(host.now) }
}

const refused: readonly Value[] = [false, RegoObject.empty, RegoObject.empty]

function decodeVerify(token: string, given: ObjectValue, host: Host): readonly Value[] {
  const constraints = constraintsOf(given, host)
  for (let current = token; ; ) {
    const parts = split(current)
    const alg = objectGet(parts.header, 'alg')
    if (typeof alg !== 'string' || !isKnownAlgorithm(alg) || (constraints.alg !== undefined && constraints.alg !== alg)) return refused
    if (objectGet(parts.header, 'crit') !== undefined || !isSigned(alg, parts, constraints, current)) return refused
    if (isNested(parts.header)) {
      current = parts.payloadText
      continue
    }
    const payload = parseObject(parts.payloadText)
    if (!payload) throw new BuiltinFailure('JWT payload is not a JSON object')
    return isAcceptable(payload, constraints) ? [true, parts.header, payload] : refused
  }
}

function isSigned(alg: string, { signed, signature }: Token, { key, secret }: Constraints, token: string): boolean {
  if (alg.startsWith('HS')) return secret !== undefined && verifyHmac(alg, secret, signed, signature)
  return key !== undefined && verifyWith(alg)(token, key)
}

function isAcceptable(payload: ObjectValue, { iss, aud, time }: Constraints): boolean {
  if (iss !== undefined && objectGet(payload, 'iss') !== iss) return false
  if (!isAudience(objectGet(payload, 'aud'), aud)) return false
  const expires = instant(payload, 'exp')
  if (expires !== undefined && compareNumbers(time, expires) >= 0) return false
  const begins = instant(payload, 'nbf')
  return begins === undefined || compareNumbers(time, begins) >= 0
}

function isAudience(claimed: Value | undefined, wanted: Value | undefined): boolean {
  if (wanted === undefined) return claimed === undefined
  return claimed === wanted || (Array.isArray(claimed) && claimed.includes(wanted))
}

/** A claim in seconds, as nanoseconds. */
function instant(payload: ObjectValue, claim: string): Num | undefined {
  const seconds = objectGet(payload, claim)
  if (seconds === undefined) return undefined
  if (kindOf(seconds) !== 'number') throw new BuiltinFailure(`${claim} value must be a number`)
  const { coefficient, exponent } = decimalOf(seconds as Num)
  return fromDecimal({ coefficient, exponent: exponent + 9 })
}

function encodeSign(header: string, payload: string, key: string): string {
  const algorithm = algorithmOf(header)
  if (!isKnownAlgorithm(algorithm)) throw new BuiltinFailure(`unknown JWS algorithm: ${algorithm}`)
  const type = objectGet(headerOf(header), 'typ')
  if ((type === undefined || type === 'JWT') && !isJson(payload)) throw new BuiltinFailure('type is JWT but payload is not JSON')
  const jwk = parseObject(key)
  if (!jwk) throw new BuiltinFailure('failed to parse a JWK key (set)')
  const signed = `${Buffer.from(header).toString('base64url')}.${Buffer.from(payload).toString('base64url')}`
  const fields = toJson(jwk) as Readonly<Record<string, unknown>>
  return `${signed}.${signText(algorithm, fields, signed).toString('base64url')}`
}

function algorithmOf(header: string): string {
  if (header === '') throw new BuiltinFailure("missing or invalid 'alg' header: cannot parse JSON: cannot parse empty string")
  if (!isJson(header)) throw new BuiltinFailure("missing or invalid 'alg' header: cannot parse JSON")
  const fields = parseObject(header)
  const algorithm = fields && objectGet(fields, 'alg')
  if (typeof algorithm !== 'string') throw new BuiltinFailure(`missing or invalid 'alg' header: jwsbb: header "alg" not found`)
  return algorithm
}

function isJson(text: string): boolean {
  try {
    parseJson(text)
    return true
  } catch {
    return false
  }
}

function verifier(name: string, verify: (token: string, key: string) => boolean): Builtin {
  return builtin(`io.jwt.verify_${name.toLowerCase()}`, [string, string], boolean, verify)
}

/** https://www.openpolicyagent.org/docs/policy-reference/builtins/tokens */
export const tokens = [
  builtin('io.jwt.decode', [string], tuple(anyObject, anyObject, string), decode),
  builtin('io.jwt.decode_verify', [string, object(string, any)], tuple(boolean, anyObject, anyObject), decodeVerify),
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'].map(name =>
    verifier(name, verifyWith(name)),
  ),
  ...['HS256', 'HS384', 'HS512'].map(name => verifier(name, verifySecret(name))),
  builtin('io.jwt.encode_sign_raw', [string, string, string], string, encodeSign),
  builtin('io.jwt.encode_sign', [anyObject, anyObject, anyObject], string, (header, payload, key) =>
    encodeSign(jsonText(header), jsonText(payload), jsonText(key)),
  ),
]
