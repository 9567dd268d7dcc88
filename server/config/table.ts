import { ed25519PrivateKey, rsaPrivateKey, rsaPublicKey, rsaPublicKeys } from './key-kinds.ts'
import { listOf } from './kind.ts'
import { backendCidr, listenAddress, postgresUrl, publicUrl } from './network-kinds.ts'
import { absolutePath, boolean, bytes, duration, integer, line, oneOf, program, rate, secret } from './plain-kinds.ts'
import { defaulted, optional, type Place } from './variable.ts'

const privateRanges = '127.0.0.0/8,::1/128,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fc00::/7'

const core = {
  BEHAVRY_ENV: defaulted(oneOf('development', 'production'), 'development', {
    meaning: 'Development generates missing keys and is lenient about what is unset, nothing else.',
  }),
  BEHAVRY_DEPLOYMENT_MODE: defaulted(oneOf('standalone', 'control-plane', 'data-plane'), 'standalone', {
    meaning: 'Which planes this instance is. This release has `standalone` only.',
  }),
  BEHAVRY_DEBUG: defaulted(boolean, 'false', { meaning: 'Log level `debug` and SQL timing. Bodies are never logged.' }),
  BEHAVRY_LOG_LEVEL: defaulted(oneOf('silent', 'error', 'warn', 'info', 'debug'), 'info', {
    meaning: 'The least severe line that is logged.',
  }),
  BEHAVRY_LISTEN: defaulted(listenAddress, '127.0.0.1:8000', { meaning: 'Address of the one listener.' }),
  BEHAVRY_ALLOW_PLAINTEXT: defaulted(boolean, 'false', {
    meaning: 'Lets the plain listener leave loopback: a TLS-terminating proxy stands in front on a private network.',
  }),
  BEHAVRY_PUBLIC_URL: optional(publicUrl, {
    meaning: 'How clients reach this instance: printed in snippets, and the audience of agent tokens.',
  }),
  BEHAVRY_DATA_DIR: defaulted(
    absolutePath,
    { shown: '`~/.local/share/behavry` (`XDG_DATA_HOME` honoured), `/var/lib/behavry` as root', at: dataDir },
    { meaning: 'Embedded database, generated keys, admin socket and local state.' },
  ),
  BEHAVRY_BACKEND_ALLOW_CIDRS: defaulted(
    listOf('CIDR ranges', backendCidr),
    {
      shown: 'loopback and private ranges in development, none in production',
      at: (place: Place) => (place.production ? '' : privateRanges),
    },
    { meaning: 'Private addresses that MCP servers may have. Link-local and metadata addresses never.' },
  ),
  BEHAVRY_STDIO_COMMANDS: defaulted(
    listOf('programs', program),
    { shown: 'none', at: () => '' },
    { meaning: 'Programs that a tenant admin may register as stdio servers; the local command line may register any.', prepared: true },
  ),
}

const database = {
  BEHAVRY_DB_URL: optional(postgresUrl, {
    meaning: 'An external PostgreSQL: `postgresql://user@host/database`.',
    unset: 'the embedded PostgreSQL under the data directory',
  }),
  BEHAVRY_DB_PASSWORD: optional(secret, {
    meaning: 'Fills the password of `BEHAVRY_DB_URL` and `BEHAVRY_DB_DIRECT_URL` where they have none.',
  }),
  BEHAVRY_DB_POOL_SIZE: defaulted(integer(1, 1000), '10', { meaning: 'Pooled connections kept.' }),
  BEHAVRY_DB_MAX_OVERFLOW: defaulted(integer(0, 1000), '20', { meaning: 'Extra connections in bursts; the pool grows to both together.' }),
  BEHAVRY_DB_DIRECT_URL: optional(postgresUrl, {
    meaning: 'For migrations and LISTEN when the main URL goes through a transaction pooler.',
    unset: 'same as `BEHAVRY_DB_URL`',
  }),
  BEHAVRY_PG_BIN: optional(absolutePath, {
    meaning: 'Folder of an installed PostgreSQL of the same major, run instead of the packed one.',
  }),
  BEHAVRY_RLS_ENABLE: defaulted(boolean, 'true', {
    meaning: 'Row-level security on all tenant tables. Always on in this release; `false` is refused in production.',
  }),
}

const tokens = {
  BEHAVRY_JWT_PRIVATE_KEY: optional(rsaPrivateKey, {
    meaning: 'Signs agent tokens (RS256).',
    required: 'production',
    unset: 'generated in development, kept in the data directory',
  }),
  BEHAVRY_JWT_PUBLIC_KEY: optional(rsaPublicKey, {
    meaning: 'Its public half; another key is fatal.',
    unset: 'derived from the private key',
  }),
  BEHAVRY_JWT_PREVIOUS_PUBLIC_KEYS: defaulted(
    rsaPublicKeys,
    { shown: 'none', at: () => '' },
    { meaning: 'Still accepted during rotation, published in the JWKS.' },
  ),
  BEHAVRY_JWT_ALGORITHM: defaulted(oneOf('RS256'), 'RS256', { meaning: 'Nothing else is accepted.' }),
  BEHAVRY_JWT_ISSUER: defaulted(line, 'behavry', { meaning: 'The `iss` of agent tokens.' }),
  BEHAVRY_ACCESS_TOKEN_TTL: defaulted(duration(1, 5400), '1h', { meaning: 'Life of an agent token, 90 minutes at most.' }),
  BEHAVRY_APP_SECRET_KEY: optional(secret, {
    meaning: 'Root secret from which the key of each purpose is derived (HKDF).',
    required: 'production',
    unset: 'generated in development, kept in the data directory',
    generated: true,
  }),
  BEHAVRY_APP_SECRET_KEY_PREVIOUS: optional(secret, {
    meaning: 'The root secret before the last rotation: still reads, never writes.',
    generated: true,
    prepared: true,
  }),
  BEHAVRY_SIGNING_KEY: optional(ed25519PrivateKey, {
    meaning: 'Deployment key (Ed25519) for checkpoints and evidence.',
    prepared: true,
  }),
}

const limits = {
  BEHAVRY_RATE_LIMIT_PUBLIC: defaulted(rate, '60/minute', { meaning: 'Requests of one address to routes that anyone may call.' }),
  BEHAVRY_RATE_LIMIT_AGENT: defaulted(rate, '300/minute', { meaning: 'Requests of one agent.' }),
  BEHAVRY_MAX_BODY_BYTES: defaulted(bytes(1024, 1024 ** 3), '10MiB', { meaning: 'Largest request body; 413 beyond it.' }),
}

const operation = {
  BEHAVRY_KILL_SWITCH: defaulted(boolean, 'false', { meaning: 'Starts with every tool call refused; the live switch is in the database.' }),
  BEHAVRY_RELEASE_VERSION: defaulted(
    line,
    { shown: 'baked in', at: (place: Place) => place.release },
    { meaning: 'The version that health, metrics and logs report.' },
  ),
  BEHAVRY_SLOW_CALL_THRESHOLD_MS: defaulted(integer(1, 600_000), '150', {
    meaning: 'Own time of a call, the backend excluded, beyond which it is logged as `slow_call`.',
    housekeeping: true,
  }),
}

/** The sections of the reference, in its order. */
export const sections = { core, database, 'tokens and keys': tokens, limits, operation }

/** Every variable in force: the one source of parsing, types, documentation and redaction. */
export const table = { ...core, ...database, ...tokens, ...limits, ...operation }

function dataDir(place: Place): string {
  if (place.isRoot || !place.home.startsWith('/')) return '/var/lib/behavry'
  const base = place.xdgDataHome?.startsWith('/') ? place.xdgDataHome : `${place.home.replace(/\/+$/, '')}/.local/share`
  return `${base.replace(/\/+$/, '')}/behavry`
}

export type VariableName = keyof typeof table

/** Whether this release reads the variable. */
export function isInForce(name: string): name is VariableName {
  return Object.hasOwn(table, name)
}
