import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSign,
  generateKeyPairSync,
  type KeyObject,
  sign as signAny,
  verify as verifySignature,
} from 'node:crypto'
import type { Agent } from '../../server/domain/agent.ts'
import { Failure } from '../../server/domain/failure.ts'
import { defaultTenantId } from '../../server/domain/snapshot.ts'
import { loadTokenKeys, type TokenKeys } from '../../server/identity/keys.ts'
import { createTokens } from '../../server/identity/tokens.ts'

const ours = generateKeyPairSync('rsa', { modulusLength: 2048 })
const older = generateKeyPairSync('rsa', { modulusLength: 2048 })
const theirs = generateKeyPairSync('rsa', { modulusLength: 2048 })
const edwards = generateKeyPairSync('ed25519')
const pemOf = (key: KeyObject) => key.export({ type: key.type === 'private' ? 'pkcs8' : 'spki', format: 'pem' }).toString()
const publicPem = pemOf(ours.publicKey)
const publicDer = ours.publicKey.export({ type: 'spki', format: 'der' })
const publicJwk = JSON.stringify(ours.publicKey.export({ format: 'jwk' }))
const theirJwk = theirs.publicKey.export({ format: 'jwk' })

const startedAt = 1_790_000_000_000
const seconds = startedAt / 1000
const agent: Agent = {
  id: '0199d3c0-5b1e-7c2d-8f00-0000000000a1',
  tenantId: defaultTenantId,
  name: 'demo',
  agentType: 'test',
  roles: ['default'],
  permissions: ['demo:read'],
  tags: [],
  status: 'active',
  riskTier: 'low',
  riskScore: 0,
  epoch: 3,
}

const base64 = (value: object | string) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
const goodHeader = { alg: 'RS256', typ: 'agent+jwt', kid: 'behavry-rs256' }
const goodClaims = {
  iss: 'behavry',
  aud: 'behavry',
  sub: agent.id,
  jti: '0199d3c0-5b1e-7c2d-8f00-0000000000b1',
  tid: defaultTenantId,
  epoch: 3,
  iat: seconds,
  nbf: seconds,
  exp: seconds + 600,
}

/** A token as an attacker makes it: any header, any claims, any key. */
function forge(header: object, claims: object | string, sign: (input: string) => Buffer | string): string {
  const input = `${base64(header)}.${base64(claims)}`
  const signature = sign(input)
  return `${input}.${typeof signature === 'string' ? signature : signature.toString('base64url')}`
}
const rsa =
  (key: KeyObject, digest = 'sha256') =>
  (input: string) =>
    createSign(digest).update(input).sign(key)
const hmac = (digest: string, key: string | Buffer) => (input: string) => createHmac(digest, key).update(input).digest()
const signed = (header: object, claims: object) => forge({ ...goodHeader, ...header }, { ...goodClaims, ...claims }, rsa(ours.privateKey))
const foreign = (header: object) => forge({ ...goodHeader, ...header }, goodClaims, rsa(theirs.privateKey))
const without = (name: keyof typeof goodClaims) => {
  const { [name]: _, ...rest } = goodClaims
  return forge(goodHeader, rest, rsa(ours.privateKey))
}
const good = signed({}, {})
const [head = '', payload = '', signature = ''] = good.split('.')
const flipped = (part: string, at: number) => part.slice(0, at) + (part[at] === 'A' ? 'B' : 'A') + part.slice(at + 1)

const hits: string[] = []
const canary = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  fetch: request => {
    hits.push(request.url)
    return Response.json({ keys: [{ ...theirJwk, kid: 'behavry-rs256', alg: 'RS256', use: 'sig' }] })
  },
})
afterAll(() => void canary.stop(true))
const canaryUrl = `http://127.0.0.1:${canary.port}/jwks.json`

const time = { now: startedAt }
let keys: TokenKeys
let tokens: ReturnType<typeof createTokens>
beforeAll(async () => {
  keys = await loadTokenKeys({ privateKey: pemOf(ours.privateKey), previousPublicKeys: [pemOf(older.publicKey)] })
  tokens = createTokens({ keys, issuer: 'behavry', audience: 'behavry', clock: { now: () => time.now, monotonic: () => 0 } })
})

async function verdict(token: string): Promise<string> {
  try {
    await tokens.verify(token)
    return 'in'
  } catch (error) {
    return error instanceof Failure ? error.code : String(error)
  }
}

test('a token of ours is let in, by the claims it was given', async () => {
  expect(await tokens.verify(good)).toEqual({
    agentId: agent.id,
    tenantId: defaultTenantId,
    sessionId: goodClaims.jti,
    agentEpoch: 3,
    issuedAt: seconds,
    expiresAt: seconds + 600,
  })
  expect(await verdict(signed({ kid: `behavry-rs256-${keys.verification[1]?.kid.slice(-8)}` }, {}))).toBe('token_invalid')
  expect(await verdict(forge({ ...goodHeader, kid: keys.verification[1]?.kid }, goodClaims, rsa(older.privateKey)))).toBe('in')
})

describe('forged', () => {
  const cases: Readonly<Record<string, () => string>> = {
    'alg none, no signature': () => forge({ ...goodHeader, alg: 'none' }, goodClaims, () => ''),
    'alg None': () => forge({ ...goodHeader, alg: 'None' }, goodClaims, () => ''),
    'alg NONE': () => forge({ ...goodHeader, alg: 'NONE' }, goodClaims, () => ''),
    'alg nOnE with our signature': () => forge({ ...goodHeader, alg: 'nOnE' }, goodClaims, () => signature),
    'alg empty': () => forge({ ...goodHeader, alg: '' }, goodClaims, () => ''),
    'alg missing': () => forge({ typ: 'agent+jwt', kid: 'behavry-rs256' }, goodClaims, () => ''),
    'alg null': () => forge({ ...goodHeader, alg: null }, goodClaims, () => ''),
    'HS256, public key as PEM': () => forge({ ...goodHeader, alg: 'HS256' }, goodClaims, hmac('sha256', publicPem)),
    'HS256, public key as trimmed PEM': () => forge({ ...goodHeader, alg: 'HS256' }, goodClaims, hmac('sha256', publicPem.trim())),
    'HS256, public key as DER': () => forge({ ...goodHeader, alg: 'HS256' }, goodClaims, hmac('sha256', publicDer)),
    'HS256, public key as JWK': () => forge({ ...goodHeader, alg: 'HS256' }, goodClaims, hmac('sha256', publicJwk)),
    'HS256, empty key': () => forge({ ...goodHeader, alg: 'HS256' }, goodClaims, hmac('sha256', '')),
    'HS384, public key as PEM': () => forge({ ...goodHeader, alg: 'HS384' }, goodClaims, hmac('sha384', publicPem)),
    'HS512, public key as PEM': () => forge({ ...goodHeader, alg: 'HS512' }, goodClaims, hmac('sha512', publicPem)),
    'HS256 said to be RS256': () => forge(goodHeader, goodClaims, hmac('sha256', publicPem)),
    'RS512 by our own key': () => forge({ ...goodHeader, alg: 'RS512' }, goodClaims, rsa(ours.privateKey, 'sha512')),
    'ES256 with a signature of zeros': () => forge({ ...goodHeader, alg: 'ES256' }, goodClaims, () => Buffer.alloc(64)),
    'EdDSA by another key': () =>
      forge({ ...goodHeader, alg: 'EdDSA' }, goodClaims, input => {
        return signAny(null, Buffer.from(input), edwards.privateKey)
      }),
    'own key, our kid': () => foreign({}),
    'own key, embedded jwk': () => foreign({ jwk: theirJwk }),
    'own key, embedded jwk, no kid': () => foreign({ jwk: theirJwk, kid: undefined }),
    jku: () => foreign({ jku: canaryUrl }),
    'jku, kid of the canary': () => foreign({ jku: canaryUrl, kid: 'canary' }),
    x5u: () => foreign({ x5u: canaryUrl }),
    x5c: () => foreign({ x5c: [theirs.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')] }),
    'issuer at the canary': () => forge(goodHeader, { ...goodClaims, iss: canaryUrl }, rsa(theirs.privateKey)),
    'kid: path': () => foreign({ kid: '../../../../dev/null' }),
    'kid: path, key of the empty file': () => forge({ ...goodHeader, alg: 'HS256', kid: '/dev/null' }, goodClaims, hmac('sha256', '')),
    'kid: SQL': () => foreign({ kid: "' UNION SELECT 'x' --" }),
    'kid: URL': () => foreign({ kid: canaryUrl }),
    'kid: a word of the language': () => foreign({ kid: '__proto__' }),
    'kid: not a text': () => foreign({ kid: { toString: 'behavry-rs256' } }),
    'kid missing, our key': () => signed({ kid: undefined }, {}),
    'crit that we do not know': () => signed({ crit: ['exp2'], exp2: 1 }, {}),
    'crit empty': () => signed({ crit: [] }, {}),
    'b64 false': () => signed({ crit: ['b64'], b64: false }, {}),
    'flipped bit in the signature': () => `${head}.${payload}.${flipped(signature, 40)}`,
    'flipped bit in the claims': () => `${head}.${flipped(payload, 20)}.${signature}`,
    'claims of one, signature of another': () => `${head}.${base64({ ...goodClaims, sub: 'admin' })}.${signature}`,
    'signature cut short': () => good.slice(0, -20),
    'no signature': () => `${head}.${payload}.`,
    'no claims': () => `${head}..${signature}`,
    'no header': () => `.${payload}.${signature}`,
    'two parts': () => `${head}.${payload}`,
    'four parts': () => `${good}.${signature}`,
    'five parts, as if encrypted': () => `${good}.a.b`,
    empty: () => '',
    dots: () => '..',
    'not base64url': () => `${head}.${payload}.${'*'.repeat(300)}`,
    huge: () => signed({}, { pad: 'x'.repeat(20_000) }),
    'header is a list': () => forge([goodHeader], goodClaims, rsa(ours.privateKey)),
    'claims are text': () => forge(goodHeader, 'hello', rsa(ours.privateKey)),
    'claims are null': () => forge(goodHeader, 'null', rsa(ours.privateKey)),
  }
  test.each(Object.keys(cases))('%s', async name => {
    expect(await verdict(cases[name]?.() ?? '')).toBe('token_invalid')
  })
  test('nothing was fetched for any of them', () => expect(hits).toEqual([]))
})

describe('of ours, but not for us or not for now', () => {
  const cases: readonly (readonly [string, object, string])[] = [
    ['expired beyond skew', { exp: seconds - 31 }, 'token_expired'],
    ['expired exactly at the skew', { exp: seconds - 30 }, 'token_expired'],
    ['not yet', { nbf: seconds + 31 }, 'token_invalid'],
    ['another issuer', { iss: 'https://behavry.example' }, 'token_invalid'],
    ['issuer list', { iss: ['behavry'] }, 'token_invalid'],
    ['another audience', { aud: 'other' }, 'token_invalid'],
    ['an audience list that has ours', { aud: ['behavry', 'other'] }, 'token_invalid'],
    ['an audience list of ours alone', { aud: ['behavry'] }, 'token_invalid'],
    ['exp as text', { exp: String(seconds + 600) }, 'token_invalid'],
    ['exp infinite', { exp: null }, 'token_invalid'],
    ['nbf as text', { nbf: String(seconds) }, 'token_invalid'],
    ['iat as text', { iat: 'now' }, 'token_invalid'],
    ['epoch as text', { epoch: '3' }, 'token_invalid'],
    ['epoch in part', { epoch: 3.5 }, 'token_invalid'],
    ['sub as number', { sub: 7 }, 'token_invalid'],
    ['jti as list', { jti: [goodClaims.jti] }, 'token_invalid'],
    ['tid as object', { tid: {} }, 'token_invalid'],
  ]
  test.each(cases)('%s', async (_, claims, code) => expect(await verdict(signed({}, claims))).toBe(code))
  test.each(Object.keys(goodClaims) as (keyof typeof goodClaims)[])('without %s', async name =>
    expect(await verdict(without(name))).toBe('token_invalid'),
  )
  test.each(['JWT', 'at+jwt', '', 'AGENT+JWT2'])('typ %j', async typ => expect(await verdict(signed({ typ }, {}))).toBe('token_invalid'))
  test('within the skew both ways it is let in', async () => {
    expect(await verdict(signed({}, { exp: seconds - 29, jti: 'x' }))).toBe('in')
    expect(await verdict(signed({}, { nbf: seconds + 29, jti: 'y' }))).toBe('in')
  })
})

describe('a token that was verified before', () => {
  test('is believed without being verified again, but not beyond its end', async () => {
    const token = signed({}, { exp: seconds + 20, jti: 'short' })
    expect(await verdict(token)).toBe('in')
    expect(tokens.verify(token)).not.toBeInstanceOf(Promise)
    time.now = startedAt + 51_000
    expect(await verdict(token)).toBe('token_expired')
    time.now = startedAt
  })

  test('whose clock went back a day is still held to its end', async () => {
    const token = signed({}, { exp: seconds + 20, jti: 'jump' })
    expect(await verdict(token)).toBe('in')
    time.now = startedAt - 86_400_000
    expect(await verdict(token)).toBe('in')
    time.now = startedAt + 86_400_000
    expect(await verdict(token)).toBe('token_expired')
    time.now = startedAt
  })

  test('one bit away from it is another token', async () => {
    expect(await verdict(good)).toBe('in')
    expect(await verdict(`${head}.${payload}.${flipped(signature, 100)}`)).toBe('token_invalid')
    for (const spelling of [`${good} `, `${good}=`, `${good}\n`, `${head}.${payload}=.${signature}`, good.replaceAll('-', '+')]) {
      if (spelling !== good) expect(await verdict(spelling)).toBe('token_invalid')
    }
  })

  test('many of them are not all remembered', async () => {
    const small = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const own = createTokens({
      keys: await loadTokenKeys({ privateKey: pemOf(small.privateKey) }),
      issuer: 'behavry',
      audience: 'behavry',
      clock: { now: () => startedAt, monotonic: () => 0 },
      maxCached: 3,
    })
    const made = ['1', '2', '3', '4'].map(jti => forge(goodHeader, { ...goodClaims, jti }, rsa(small.privateKey)))
    for (const token of made) await own.verify(token)
    expect(made.map(token => own.verify(token) instanceof Promise)).toEqual([true, false, false, false])
  })

  test('a refused one is not remembered', async () => {
    const bad = foreign({ jku: canaryUrl })
    expect(await verdict(bad)).toBe('token_invalid')
    expect(await verdict(bad)).toBe('token_invalid')
  })
})

test('what is signed here verifies with the published key alone, and holds every claim', async () => {
  const session = {
    id: goodClaims.jti,
    tenantId: defaultTenantId,
    agentId: agent.id,
    issuedBy: 'local:test',
    issuedAt: new Date(startedAt),
    expiresAt: new Date(startedAt + 60_000),
  }
  const token = await tokens.sign(agent, session)
  const [h = '', p = '', s = ''] = token.split('.')
  const jwk = keys.verification[0]?.jwk
  const key = createPublicKey({ key: jwk as never, format: 'jwk' })
  expect(verifySignature('sha256', Buffer.from(`${h}.${p}`), key, Buffer.from(s, 'base64url'))).toBe(true)
  expect(JSON.parse(Buffer.from(h, 'base64url').toString())).toEqual(goodHeader)
  expect(JSON.parse(Buffer.from(p, 'base64url').toString())).toEqual({
    ...goodClaims,
    exp: seconds + 60,
    roles: ['default'],
    permissions: ['demo:read'],
    risk_tier: 'low',
  })
})

test('the published keys hold nothing private, and name their use', () => {
  expect(keys.verification.map(({ jwk }) => Object.keys(jwk))).toEqual([
    ['kty', 'use', 'alg', 'kid', 'n', 'e'],
    ['kty', 'use', 'alg', 'kid', 'n', 'e'],
  ])
  expect(keys.verification[0]?.kid).toBe('behavry-rs256')
  expect(keys.verification[1]?.kid).toMatch(/^behavry-rs256-[A-Za-z0-9_-]{8}$/)
  expect(createPrivateKey(pemOf(ours.privateKey)).asymmetricKeyDetails?.modulusLength).toBe(2048)
})
