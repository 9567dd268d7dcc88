import { errors, type JWTPayload, jwtVerify, SignJWT } from 'jose'
import type { Clock } from '../domain/clock.ts'
import { Failure } from '../domain/failure.ts'
import type { Claims, TokenSigner, TokenVerifier } from '../domain/session.ts'
import { sha256Hex } from '../json/digest.ts'
import type { TokenKeys } from './keys.ts'

/** Clocks may differ by this much. */
const skewSeconds = 30
/** Longer is no token of ours, and is not worth a hash. */
const maxTokenLength = 8_192
const defaultMaxCached = 10_000
/** How long a verified token is believed without verifying it again. */
const cacheMs = 60_000
const tokenType = 'agent+jwt'
/** JWS compact form (RFC 7515 §7.1), strictly: one token has one spelling. */
const compactForm = /^[\w-]+\.[\w-]+\.[\w-]+$/

export interface TokenOptions {
  readonly keys: TokenKeys
  readonly issuer: string
  readonly audience: string
  readonly clock: Clock
  /** How many verified tokens are remembered; 10,000 unless told. */
  readonly maxCached?: number
}

/** Signs and verifies agent tokens: JWT (RFC 7519), RS256 only, keys chosen by our own `kid` and never by anything else in the header. */
export function createTokens(options: TokenOptions): TokenSigner & TokenVerifier {
  const { keys, issuer, audience, clock, maxCached = defaultMaxCached } = options
  const byKid = new Map(keys.verification.map(({ kid, key }) => [kid, key]))
  const cache = new Map<string, { readonly claims: Claims; readonly until: number }>()

  const verifyAfresh = async (token: string, digest: string): Promise<Claims> => {
    if (!compactForm.test(token)) throw new Failure('token_invalid')
    const claims = await verified(token)
    if (cache.size >= maxCached) cache.delete(cache.keys().next().value as string)
    cache.set(digest, { claims, until: clock.now() + cacheMs })
    return claims
  }

  const verified = async (token: string): Promise<Claims> => {
    try {
      const { payload } = await jwtVerify(token, header => byKid.get(header.kid ?? '') ?? unknownKey(), {
        algorithms: ['RS256'],
        typ: tokenType,
        issuer,
        audience,
        clockTolerance: skewSeconds,
        currentDate: new Date(clock.now()),
        requiredClaims: ['iss', 'aud', 'sub', 'jti', 'tid', 'iat', 'nbf', 'exp', 'epoch'],
      })
      return toClaims(payload)
    } catch (error) {
      if (error instanceof Failure) throw error
      if (error instanceof errors.JWTExpired) throw new Failure('token_expired')
      throw new Failure('token_invalid', undefined, { cause: error })
    }
  }

  return {
    sign: async (agent, session) => {
      if (!keys.signing) throw new Failure('forbidden', 'This instance holds no signing key: tokens are issued by the control plane.')
      const issuedAt = Math.floor(session.issuedAt.getTime() / 1000)
      return await new SignJWT({
        tid: agent.tenantId,
        epoch: agent.epoch,
        roles: [...agent.roles],
        permissions: [...agent.permissions],
        risk_tier: agent.riskTier,
      })
        .setProtectedHeader({ alg: 'RS256', typ: tokenType, kid: keys.signing.kid })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(agent.id)
        .setJti(session.id)
        .setIssuedAt(issuedAt)
        .setNotBefore(issuedAt)
        .setExpirationTime(Math.floor(session.expiresAt.getTime() / 1000))
        .sign(keys.signing.key)
    },
    verify: token => {
      if (token.length > maxTokenLength) throw new Failure('token_invalid')
      const digest = sha256Hex(token)
      const known = cache.get(digest)
      if (!known || known.until < clock.now()) return verifyAfresh(token, digest)
      if (known.claims.expiresAt + skewSeconds <= clock.now() / 1000) throw new Failure('token_expired')
      return known.claims
    },
  }
}

function unknownKey(): never {
  throw new Failure('token_invalid')
}

function toClaims(payload: JWTPayload): Claims {
  const { sub, jti, tid, epoch, iat, exp, aud } = payload
  // Ours are for us alone; one that is for others too was not made here.
  if (typeof aud !== 'string') throw new Failure('token_invalid')
  if (typeof sub !== 'string' || typeof jti !== 'string' || typeof tid !== 'string' || !Number.isInteger(epoch))
    throw new Failure('token_invalid')
  if (iat === undefined || exp === undefined) throw new Failure('token_invalid')
  return { agentId: sub, tenantId: tid, sessionId: jti, agentEpoch: epoch as number, issuedAt: iat, expiresAt: exp }
}
