import { describe, expect, test } from 'bun:test'
import { variables } from '../../server/config/config.ts'
import { formatFaults } from '../../server/config/notice.ts'
import { appSecret, ed25519, faultsOf, otherRsa, production, read, rsa, shortRsa, warningsOf } from './sources.ts'

/** What a bare development start always says. */
const bare = ['BEHAVRY_JWT_PRIVATE_KEY missing', 'BEHAVRY_APP_SECRET_KEY missing']
const externalDb = { BEHAVRY_DB_URL: 'postgresql://app@db.internal/behavry' }

interface Case {
  readonly story: string
  readonly env: Readonly<Record<string, string>>
  /** In development; nothing by default. */
  readonly faults?: readonly string[]
  /** Beyond the two of a bare start. */
  readonly warnings?: readonly string[]
}

const invalid = (name: string): readonly string[] => [`${name} invalid_value`]

const development: readonly Case[] = [
  { story: 'nothing set', env: {} },
  { story: 'foreign names are not ours', env: { PATH: '/bin', FOO_BEHAVRY_X: 'zzz' } },
  { story: 'capital True', env: { BEHAVRY_DEBUG: 'True' }, faults: invalid('BEHAVRY_DEBUG') },
  { story: 'yes is not a boolean', env: { BEHAVRY_KILL_SWITCH: 'yes' }, faults: invalid('BEHAVRY_KILL_SWITCH') },
  { story: 'enumeration', env: { BEHAVRY_LOG_LEVEL: 'loud' }, faults: invalid('BEHAVRY_LOG_LEVEL') },
  { story: 'port 0', env: { BEHAVRY_LISTEN: '127.0.0.1:0' }, faults: invalid('BEHAVRY_LISTEN') },
  { story: 'port 65536', env: { BEHAVRY_LISTEN: '127.0.0.1:65536' }, faults: invalid('BEHAVRY_LISTEN') },
  { story: 'half an address', env: { BEHAVRY_LISTEN: '127.0.1:8000' }, faults: invalid('BEHAVRY_LISTEN') },
  { story: 'bare IPv6', env: { BEHAVRY_LISTEN: '::1:8000' }, faults: invalid('BEHAVRY_LISTEN') },
  { story: 'IPv6 loopback', env: { BEHAVRY_LISTEN: '[::1]:8000' } },
  { story: 'plain off loopback', env: { BEHAVRY_LISTEN: '0.0.0.0:8000' }, warnings: ['BEHAVRY_LISTEN weak'] },
  { story: 'plain off loopback behind a proxy', env: { BEHAVRY_LISTEN: '0.0.0.0:8000', BEHAVRY_ALLOW_PLAINTEXT: 'true' } },
  { story: 'URL scheme', env: { BEHAVRY_PUBLIC_URL: 'ftp://gate.example' }, faults: invalid('BEHAVRY_PUBLIC_URL') },
  { story: 'URL with credentials', env: { BEHAVRY_PUBLIC_URL: 'https://a:b@gate.example' }, faults: invalid('BEHAVRY_PUBLIC_URL') },
  { story: 'tilde path', env: { BEHAVRY_DATA_DIR: '~/data' }, faults: invalid('BEHAVRY_DATA_DIR') },
  { story: 'CIDR width', env: { BEHAVRY_BACKEND_ALLOW_CIDRS: '10.0.0.0/8,10.9.0.0/33' }, faults: invalid('BEHAVRY_BACKEND_ALLOW_CIDRS') },
  { story: 'metadata address', env: { BEHAVRY_BACKEND_ALLOW_CIDRS: '169.254.169.254/32' }, faults: invalid('BEHAVRY_BACKEND_ALLOW_CIDRS') },
  {
    story: 'relative program',
    env: { BEHAVRY_STDIO_COMMANDS: 'npx,./run.sh' },
    faults: invalid('BEHAVRY_STDIO_COMMANDS'),
    warnings: ['BEHAVRY_STDIO_COMMANDS not_yet_in_force'],
  },
  {
    story: 'database scheme',
    env: { BEHAVRY_DB_URL: 'mysql://db.internal/x' },
    faults: invalid('BEHAVRY_DB_URL'),
  },
  {
    story: 'sslmode',
    env: { ...externalDb, BEHAVRY_DB_URL: 'postgresql://db.internal/x?sslmode=maybe' },
    faults: invalid('BEHAVRY_DB_URL'),
  },
  {
    story: 'outdated URL',
    env: { ...externalDb, BEHAVRY_DB_URL: 'postgresql+asyncpg://db.internal/x?ssl=require' },
    warnings: ['BEHAVRY_DB_URL deprecated'],
  },
  { story: 'direct URL alone', env: { BEHAVRY_DB_DIRECT_URL: 'postgresql://db.internal/x' }, faults: invalid('BEHAVRY_DB_DIRECT_URL') },
  { story: 'password alone', env: { BEHAVRY_DB_PASSWORD: 'correct horse' }, warnings: ['BEHAVRY_DB_PASSWORD ignored'] },
  {
    story: 'packed database not used',
    env: { ...externalDb, BEHAVRY_PG_BIN: '/usr/lib/postgresql/17/bin' },
    warnings: ['BEHAVRY_PG_BIN ignored'],
  },
  { story: 'pool size', env: { BEHAVRY_DB_POOL_SIZE: '0' }, faults: invalid('BEHAVRY_DB_POOL_SIZE') },
  { story: 'pool size in hexadecimal', env: { BEHAVRY_DB_POOL_SIZE: '0x10' }, faults: invalid('BEHAVRY_DB_POOL_SIZE') },
  { story: 'row-level security off', env: { BEHAVRY_RLS_ENABLE: 'false' }, warnings: ['BEHAVRY_RLS_ENABLE weak'] },
  { story: 'another algorithm', env: { BEHAVRY_JWT_ALGORITHM: 'HS256' }, faults: invalid('BEHAVRY_JWT_ALGORITHM') },
  { story: 'token life over the cap', env: { BEHAVRY_ACCESS_TOKEN_TTL: '91m' }, faults: invalid('BEHAVRY_ACCESS_TOKEN_TTL') },
  { story: 'no token life', env: { BEHAVRY_ACCESS_TOKEN_TTL: '0m' }, faults: invalid('BEHAVRY_ACCESS_TOKEN_TTL') },
  { story: 'rate', env: { BEHAVRY_RATE_LIMIT_AGENT: '250/min' }, faults: invalid('BEHAVRY_RATE_LIMIT_AGENT') },
  { story: 'body size', env: { BEHAVRY_MAX_BODY_BYTES: '10MB' }, faults: invalid('BEHAVRY_MAX_BODY_BYTES') },
  {
    story: 'secret with a line end',
    env: { BEHAVRY_DB_PASSWORD: 'correct\nhorse' },
    faults: invalid('BEHAVRY_DB_PASSWORD'),
    warnings: ['BEHAVRY_DB_PASSWORD ignored'],
  },
  {
    story: 'housekeeping falls back',
    env: { BEHAVRY_SLOW_CALL_THRESHOLD_MS: 'soon' },
    warnings: ['BEHAVRY_SLOW_CALL_THRESHOLD_MS invalid_value'],
  },
  { story: 'mode of another release', env: { BEHAVRY_DEPLOYMENT_MODE: 'data-plane' }, faults: invalid('BEHAVRY_DEPLOYMENT_MODE') },
  { story: 'not yet in force', env: { BEHAVRY_MFA_REQUIRED: 'true' }, warnings: ['BEHAVRY_MFA_REQUIRED not_yet_in_force'] },
  {
    story: 'a later name that ends in _FILE',
    env: { BEHAVRY_NATS_CREDS_FILE: '/x' },
    warnings: ['BEHAVRY_NATS_CREDS_FILE not_yet_in_force'],
  },
  { story: 'read by the bridge, not by us', env: { BEHAVRY_SERVER_URL: 'https://x.example' } },
  { story: 'unknown', env: { BEHAVRY_LISTN: '127.0.0.1:1' }, warnings: ['BEHAVRY_LISTN unknown_name'] },
  { story: 'build id under its older name', env: { BUILD_SHA: 'abc123' }, warnings: ['BUILD_SHA deprecated'] },
  { story: 'older and newer name', env: { BUILD_SHA: 'abc123', BEHAVRY_RELEASE_VERSION: '2.0.0' }, warnings: ['BUILD_SHA ignored'] },
  { story: 'TLS checks off', env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' }, warnings: ['NODE_TLS_REJECT_UNAUTHORIZED weak'] },
  {
    story: 'unreadable file',
    env: { BEHAVRY_DB_PASSWORD_FILE: '/run/secrets/x' },
    faults: invalid('BEHAVRY_DB_PASSWORD_FILE'),
    warnings: ['BEHAVRY_DB_PASSWORD ignored'],
  },
  { story: 'a public key alone', env: { BEHAVRY_JWT_PUBLIC_KEY: rsa.publicKey }, faults: invalid('BEHAVRY_JWT_PUBLIC_KEY') },
]

describe('development', () => {
  for (const { story, env, faults = [], warnings = [] } of development) {
    test(story, () => {
      const result = read(env)
      expect(faultsOf(result)).toEqual([...faults])
      expect([...warningsOf(result)].sort()).toEqual([...bare, ...warnings].sort())
    })
  }
})

const strict: readonly Case[] = [
  { story: 'the least that starts', env: production },
  { story: 'nothing but the environment', env: { BEHAVRY_ENV: 'production' }, faults: bare },
  {
    story: 'a mistyped environment is held to the same rules',
    env: { BEHAVRY_ENV: 'produktion' },
    faults: [...invalid('BEHAVRY_ENV'), ...bare],
  },
  {
    story: 'older name of the secret',
    env: { ...production, BEHAVRY_APP_SECRET_KEY: '', SECRET_KEY: appSecret },
    warnings: ['SECRET_KEY deprecated'],
  },
  { story: 'unknown name', env: { ...production, BEHAVRY_LISTN: 'x' }, faults: ['BEHAVRY_LISTN unknown_name'] },
  {
    story: 'placeholder',
    env: { ...production, BEHAVRY_APP_SECRET_KEY: 'CHANGE_ME_CHANGE_ME_CHANGE_ME_CHANGE_ME' },
    faults: invalid('BEHAVRY_APP_SECRET_KEY'),
  },
  {
    story: 'placeholder in a URL',
    env: { ...production, ...externalDb, BEHAVRY_DB_URL: 'postgresql://app:<password>@db.internal/x' },
    faults: invalid('BEHAVRY_DB_URL'),
  },
  {
    story: 'the well-known credentials',
    env: { ...production, ...externalDb, BEHAVRY_DB_URL: 'postgresql://behavry:behavry@db.internal/x' },
    faults: invalid('BEHAVRY_DB_URL'),
  },
  {
    story: 'placeholder for later',
    env: { ...production, BEHAVRY_LICENSE_KEY: 'lic_...' },
    faults: invalid('BEHAVRY_LICENSE_KEY'),
    warnings: ['BEHAVRY_LICENSE_KEY not_yet_in_force'],
  },
  {
    story: 'short secret',
    env: { ...production, BEHAVRY_APP_SECRET_KEY: 'only-thirty-one-characters-long' },
    faults: invalid('BEHAVRY_APP_SECRET_KEY'),
  },
  { story: 'secrets alike', env: { ...production, ...externalDb, BEHAVRY_DB_PASSWORD: appSecret }, faults: invalid('BEHAVRY_DB_PASSWORD') },
  { story: 'row-level security off', env: { ...production, BEHAVRY_RLS_ENABLE: 'false' }, faults: invalid('BEHAVRY_RLS_ENABLE') },
  { story: 'plain off loopback', env: { ...production, BEHAVRY_LISTEN: '10.0.0.4:8000' }, faults: invalid('BEHAVRY_LISTEN') },
  { story: 'plain behind a proxy', env: { ...production, BEHAVRY_LISTEN: '10.0.0.4:8000', BEHAVRY_ALLOW_PLAINTEXT: 'true' } },
  {
    story: 'checked before it is used',
    env: { ...production, BEHAVRY_SIGNING_KEY: ed25519.privateKey },
    warnings: ['BEHAVRY_SIGNING_KEY not_yet_in_force'],
  },
  { story: 'external database', env: { ...production, ...externalDb } },
  {
    story: 'unverified database',
    env: { ...production, ...externalDb, BEHAVRY_DB_URL: 'postgresql://db.internal/x?sslmode=no-verify' },
    faults: invalid('BEHAVRY_DB_URL'),
  },
  { story: 'TLS checks off', env: { ...production, NODE_TLS_REJECT_UNAUTHORIZED: '0' }, faults: invalid('NODE_TLS_REJECT_UNAUTHORIZED') },
  { story: 'fail open', env: { ...production, BEHAVRY_OPA_FAIL_CLOSED: 'false' }, faults: ['BEHAVRY_OPA_FAIL_CLOSED not_yet_in_force'] },
  { story: 'fail closed', env: { ...production, BEHAVRY_OPA_FAIL_CLOSED: 'true' }, warnings: ['BEHAVRY_OPA_FAIL_CLOSED not_yet_in_force'] },
  {
    story: 'a protection we do not have yet',
    env: { ...production, BEHAVRY_TLS_CLIENT_CA_FILE: '/etc/ca.pem' },
    faults: ['BEHAVRY_TLS_CLIENT_CA not_yet_in_force'],
  },
  {
    story: 'short RSA key',
    env: { ...production, BEHAVRY_JWT_PRIVATE_KEY: shortRsa.privateKey },
    faults: invalid('BEHAVRY_JWT_PRIVATE_KEY'),
  },
  {
    story: 'another kind of key',
    env: { ...production, BEHAVRY_JWT_PRIVATE_KEY: ed25519.privateKey },
    faults: invalid('BEHAVRY_JWT_PRIVATE_KEY'),
  },
  {
    story: 'no key at all',
    env: { ...production, BEHAVRY_JWT_PRIVATE_KEY: 'hunter2-hunter2' },
    faults: invalid('BEHAVRY_JWT_PRIVATE_KEY'),
  },
  {
    story: 'pair that is none',
    env: { ...production, BEHAVRY_JWT_PUBLIC_KEY: otherRsa.publicKey },
    faults: invalid('BEHAVRY_JWT_PUBLIC_KEY'),
  },
  { story: 'true pair', env: { ...production, BEHAVRY_JWT_PUBLIC_KEY: rsa.publicKey } },
  {
    story: 'private key in a public place',
    env: { ...production, BEHAVRY_JWT_PREVIOUS_PUBLIC_KEYS: otherRsa.privateKey },
    faults: invalid('BEHAVRY_JWT_PREVIOUS_PUBLIC_KEYS'),
  },
  {
    story: 'RSA as deployment key',
    env: { ...production, BEHAVRY_SIGNING_KEY: rsa.privateKey },
    faults: invalid('BEHAVRY_SIGNING_KEY'),
    warnings: ['BEHAVRY_SIGNING_KEY not_yet_in_force'],
  },
]

describe('production', () => {
  for (const { story, env, faults = [], warnings = [] } of strict) {
    test(story, () => {
      const result = read(env)
      const codes = faultsOf(result)
      expect([...codes].sort()).toEqual([...faults].sort())
      expect(warningsOf(result)).toEqual([...warnings])
    })
  }
})

test('all faults come together, and none is read twice', () => {
  const result = read({ ...production, BEHAVRY_DEBUG: 'TRUE', BEHAVRY_LISTEN: 'nowhere', BEHAVRY_RLS_ENABLE: 'false', BEHAVRY_XYZ: '1' })
  expect(faultsOf(result).map(told => told.split(' ')[0])).toEqual(['BEHAVRY_DEBUG', 'BEHAVRY_LISTEN', 'BEHAVRY_RLS_ENABLE', 'BEHAVRY_XYZ'])
})

describe('no message holds a value', () => {
  // Words of the rules themselves, which a message may say whatever was set.
  const harmless = new Set(['false', 'true', 'production', 'x', '0', 'yes'])
  for (const { story, env } of [...development, ...strict]) {
    test(story, () => {
      const result = read(env)
      const told = formatFaults([...('faults' in result ? result.faults : []), ...result.warnings])
      const values = Object.values(env).flatMap(value => [value, ...value.split(/[,\n]/)])
      for (const value of values.filter(text => text !== '' && !harmless.has(text))) expect(told).not.toContain(value)
    })
  }
})

test('a hostile name is shown without its control characters, and cut', () => {
  const [shown] = read({ [`BEHAVRY_\u001b[31m${'A'.repeat(100_000)}`]: '1' }).warnings.filter(
    warning => warning.code === 'config.unknown_name',
  )
  expect(shown?.name).toMatch(/^BEHAVRY_\?\?31mA{51}$/)
})

test('values without bounds are faults, quickly', () => {
  const long = ['/'.repeat(1_000_000), ','.repeat(1_000_000), `https://a/${'/'.repeat(60_000)}a`, '\\n'.repeat(60_000)]
  for (const [name] of variables.filter(([, row]) => !row.housekeeping)) {
    for (const text of long) expect(faultsOf(read({ [name]: text })).some(told => told.startsWith(`${name} `))).toBe(true)
  }
})

test('messages name the fix: hint, nearest name, older name', () => {
  const lines = (env: Record<string, string>): string => {
    const result = read(env)
    return formatFaults([...('faults' in result ? result.faults : []), ...result.warnings])
  }
  expect(lines({ BEHAVRY_DEBUG: 'True' })).toContain('lower case')
  expect(lines({ BEHAVRY_LISTN: '1' })).toContain('did you mean BEHAVRY_LISTEN?')
  expect(lines({ BEHAVRY_ENTIRELY_DIFFERENT: '1' })).not.toContain('did you mean')
  expect(lines({ BEHAVRY_ENV: 'production' })).toContain('older name: SECRET_KEY')
})
