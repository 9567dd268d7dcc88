import { Secret } from '../domain/secret.ts'
import type { Config } from './config.ts'
import { publicHalf } from './key-kinds.ts'

/** Fills what follows from other variables: passwords into database URLs, the direct URL, the public key, the log level. */
export function derive(config: Config): Config {
  const dbUrl = withPassword(config.dbUrl, config.dbPassword)
  return Object.freeze({
    ...config,
    dbUrl,
    dbDirectUrl: withPassword(config.dbDirectUrl, config.dbPassword) ?? dbUrl,
    jwtPublicKey: config.jwtPublicKey ?? (config.jwtPrivateKey && publicHalf(config.jwtPrivateKey)),
    logLevel: config.debug ? 'debug' : config.logLevel,
  })
}

function withPassword(url: Secret | undefined, password: Secret | undefined): Secret | undefined {
  if (!url || !password) return url
  const filled = new URL(url.reveal())
  if (filled.password !== '' || filled.searchParams.has('password')) return url
  filled.password = encodeURIComponent(password.reveal())
  return new Secret(filled.href)
}
