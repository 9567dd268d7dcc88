import { describe, expect, test } from 'bun:test'
import { createPrivateKey } from 'node:crypto'
import { inspect } from 'node:util'
import { type Config, variables } from '../../server/config/config.ts'
import { laterGuards, laterNames } from '../../server/config/later.ts'
import { formatFaults } from '../../server/config/notice.ts'
import type { Sources } from '../../server/config/sources.ts'
import type { Origins } from '../../server/config/values.ts'
import { appSecret, ed25519, faultsOf, otherRsa, production, read, rsa } from './sources.ts'

interface Whole {
  readonly config: Config
  readonly origins: Origins
}

function whole(env: Readonly<Record<string, string>>, more: Partial<Sources> = {}): Whole {
  const result = read(env, more)
  if ('faults' in result) throw new Error(formatFaults(result.faults))
  return result
}

test('defaults', () => {
  const { config, origins } = whole({})
  expect(config).toMatchObject({
    env: 'development',
    listen: { host: '127.0.0.1', port: 8000 },
    dataDir: '/home/ada/.local/share/behavry',
    accessTokenTtl: { ms: 3_600_000 },
    rateLimitAgent: { count: 300, windowMs: 60_000 },
    maxBodyBytes: 10_485_760,
    stdioCommands: [],
    jwtPreviousPublicKeys: [],
    releaseVersion: '0.1.0',
  })
  expect(config.dbUrl).toBeUndefined()
  expect(config.backendAllowCidrs).toHaveLength(6)
  expect(new Set(Object.values(origins))).toEqual(new Set(['default']))
  expect(Object.isFrozen(config)).toBe(true)
})

test('production opens no private range by itself', () => {
  expect(whole(production).config.backendAllowCidrs).toEqual([])
})

describe('data directory', () => {
  const cases: readonly (readonly [string, Partial<Sources>, string])[] = [
    ['root', { isRoot: true }, '/var/lib/behavry'],
    ['service without a home', { home: '' }, '/var/lib/behavry'],
    ['XDG', { env: { XDG_DATA_HOME: '/data/ada/' } }, '/data/ada/behavry'],
    ['relative XDG is ignored, as its specification says', { env: { XDG_DATA_HOME: 'data' } }, '/home/ada/.local/share/behavry'],
  ]
  for (const [story, more, expected] of cases) test(story, () => expect(whole({}, more).config.dataDir).toBe(expected))
})

test('durations, sizes, lists and addresses', () => {
  const ttl = (text: string): number => whole({ BEHAVRY_ACCESS_TOKEN_TTL: text }).config.accessTokenTtl.ms
  expect(['1h', '90m', '5m', '30s', '120'].map(ttl)).toEqual([3_600_000, 5_400_000, 300_000, 30_000, 120_000])
  const { config } = whole({
    BEHAVRY_MAX_BODY_BYTES: '512KiB',
    BEHAVRY_STDIO_COMMANDS: 'npx, /usr/bin/uvx',
    BEHAVRY_BACKEND_ALLOW_CIDRS: '10.1.0.0/16, fd12::/16, 192.168.1.9',
    BEHAVRY_LISTEN: '[::1]:9000',
    BEHAVRY_PUBLIC_URL: 'https://gate.example/',
    BEHAVRY_DEBUG: 'true',
  })
  expect(config).toMatchObject({ maxBodyBytes: 524_288, stdioCommands: ['npx', '/usr/bin/uvx'], listen: { host: '::1', port: 9000 } })
  expect(config.backendAllowCidrs).toEqual([
    { address: '10.1.0.0', prefix: 16, family: 'ipv4' },
    { address: 'fd12::', prefix: 16, family: 'ipv6' },
    { address: '192.168.1.9', prefix: 32, family: 'ipv4' },
  ])
  expect(config).toMatchObject({ publicUrl: 'https://gate.example', logLevel: 'debug' })
})

test('an empty list is a list, any other empty value is none', () => {
  const { config } = whole({ BEHAVRY_BACKEND_ALLOW_CIDRS: '', BEHAVRY_LISTEN: '' })
  expect(config.backendAllowCidrs).toEqual([])
  expect(config.listen.port).toBe(8000)
})

describe('sources', () => {
  const files = { readFile: (path: string) => (path === '/run/secrets/app' ? `${appSecret}\n` : '') }
  const envFile = 'BEHAVRY_LOG_LEVEL=warn\nBEHAVRY_JWT_ISSUER=from-file\nBEHAVRY_DEBUG=false\n'

  test('the strongest wins', () => {
    const { config, origins } = whole(
      { BEHAVRY_JWT_ISSUER: 'from-env', BEHAVRY_LISTEN: '127.0.0.1:1', BEHAVRY_APP_SECRET_KEY_FILE: '/run/secrets/app' },
      { ...files, envFile, flags: { BEHAVRY_LISTEN: '127.0.0.1:2' } },
    )
    expect(config).toMatchObject({ jwtIssuer: 'from-env', logLevel: 'warn', listen: { port: 2 } })
    expect(config.appSecretKey?.reveal()).toBe(appSecret)
    expect(origins).toMatchObject({
      BEHAVRY_LISTEN: 'flag',
      BEHAVRY_JWT_ISSUER: 'env',
      BEHAVRY_APP_SECRET_KEY: 'file',
      BEHAVRY_LOG_LEVEL: 'env-file',
      BEHAVRY_ENV: 'default',
    })
  })

  test('a variable and its file together are a fault, wherever they stand', () => {
    const result = read({ BEHAVRY_APP_SECRET_KEY_FILE: '/run/secrets/app' }, { ...files, envFile: `BEHAVRY_APP_SECRET_KEY=${appSecret}` })
    expect(faultsOf(result)).toEqual(['BEHAVRY_APP_SECRET_KEY invalid_value'])
  })

  test('an empty file is a fault, an empty variable beside a file is not', () => {
    expect(faultsOf(read({ BEHAVRY_APP_SECRET_KEY_FILE: '/empty' }, files))).toEqual(['BEHAVRY_APP_SECRET_KEY_FILE invalid_value'])
    expect(
      whole({ BEHAVRY_APP_SECRET_KEY: '', BEHAVRY_APP_SECRET_KEY_FILE: '/run/secrets/app' }, files).origins.BEHAVRY_APP_SECRET_KEY,
    ).toBe('file')
  })

  test('no file is read that nothing asks for', () => {
    const asked: string[] = []
    const readFile = (path: string): string => {
      asked.push(path)
      return appSecret
    }
    read({ BEHAVRY_METRICS_TOKEN_FILE: '/m', BEHAVRY_NONSENSE_FILE: '/n', HOME_FILE: '/h', SECRET_KEY_FILE: '/s' }, { readFile })
    expect(asked).toEqual([])
  })
})

describe('keys', () => {
  const pkcs1 = createPrivateKey(rsa.privateKey).export({ type: 'pkcs1', format: 'pem' }).toString()
  const spellings: readonly (readonly [string, string])[] = [
    ['PKCS#8', rsa.privateKey],
    ['PKCS#1', pkcs1],
    ['escaped line ends', rsa.privateKey.replaceAll('\n', '\\n')],
    ['CRLF', rsa.privateKey.replaceAll('\n', '\r\n')],
  ]
  for (const [story, text] of spellings) {
    test(`${story} is given back as PKCS#8 with its public half`, () => {
      const { config } = whole({ BEHAVRY_JWT_PRIVATE_KEY: text })
      expect(config.jwtPrivateKey?.reveal()).toBe(rsa.privateKey)
      expect(config.jwtPublicKey).toBe(rsa.publicKey)
    })
  }

  test('several previous keys', () => {
    const both = `${rsa.publicKey}${otherRsa.publicKey}`
    expect(whole({ BEHAVRY_JWT_PREVIOUS_PUBLIC_KEYS: both }).config.jwtPreviousPublicKeys).toEqual([rsa.publicKey, otherRsa.publicKey])
  })
})

test('the password goes into database URLs that have none, and only there', () => {
  const urls = {
    BEHAVRY_SIGNING_KEY: ed25519.privateKey,
    BEHAVRY_DB_URL: 'postgresql+asyncpg://app@pool.internal/x?ssl=true',
    BEHAVRY_DB_PASSWORD: 'p@ss/%word',
  }
  const { config } = whole(urls)
  expect(config.dbUrl?.reveal()).toBe('postgresql://app:p%40ss%2F%25word@pool.internal/x?sslmode=require')
  expect(config.dbDirectUrl?.reveal()).toBe(config.dbUrl?.reveal() ?? '')
  const direct = whole({ ...urls, BEHAVRY_DB_DIRECT_URL: 'postgresql://app:own@db.internal/x' }).config
  expect(direct.dbDirectUrl?.reveal()).toBe('postgresql://app:own@db.internal/x')
})

test('secrets do not print', () => {
  const { config } = whole({
    ...production,
    BEHAVRY_DB_URL: 'postgresql://app:pw-of-the-db@db.internal/x',
    BEHAVRY_SIGNING_KEY: ed25519.privateKey,
  })
  const printed = JSON.stringify(config) + inspect(config, { depth: 9 })
  for (const secret of [appSecret, 'pw-of-the-db', 'PRIVATE KEY']) expect(printed).not.toContain(secret)
})

test('the table is whole', () => {
  const names = variables.map(([name]) => name)
  expect(names.filter(name => laterNames.has(name))).toEqual([])
  expect(Object.keys(laterGuards).filter(name => !laterNames.has(name))).toEqual([])
  expect(variables.filter(([, row]) => row.required && row.fallback)).toEqual([])
})
