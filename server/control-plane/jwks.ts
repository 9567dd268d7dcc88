import { operation } from '../contract/operation.ts'

/** The public keys of agent tokens as RFC 7517 has them. */
export interface JwksWorld {
  readonly jwks: { readonly keys: readonly object[] }
}

export const jwks = operation({
  summary: 'Public keys of agent tokens (RFC 7517)',
  headers: { 'cache-control': 'public, max-age=3600', 'access-control-allow-origin': '*' },
  run: (_, __, world: JwksWorld) => world.jwks,
})
