import { generateKeyPairSync } from 'node:crypto'
import type { Notice } from '../../server/config/notice.ts'
import { type ReadResult, readConfig } from '../../server/config/read.ts'
import type { Sources } from '../../server/config/sources.ts'

const pem = { publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } } as const

export const rsa = generateKeyPairSync('rsa', { modulusLength: 2048, ...pem })
export const otherRsa = generateKeyPairSync('rsa', { modulusLength: 2048, ...pem })
export const shortRsa = generateKeyPairSync('rsa', { modulusLength: 1024, ...pem })
export const ed25519 = generateKeyPairSync('ed25519', pem)
export const appSecret = '4f1c6f0b8d2e47a9b3c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f8091a2b'

/** The least that production starts with. */
export const production = { BEHAVRY_ENV: 'production', BEHAVRY_JWT_PRIVATE_KEY: rsa.privateKey, BEHAVRY_APP_SECRET_KEY: appSecret }

/** Reads `env` on a machine of an ordinary user without files; `more` replaces any of it. */
export function read(env: Readonly<Record<string, string | undefined>>, more: Partial<Sources> = {}): ReadResult {
  return readConfig({ env, readFile: missingFile, home: '/home/ada', isRoot: false, release: '0.1.0', ...more })
}

/** `NAME code` of each fault. */
export function faultsOf(result: ReadResult): readonly string[] {
  return 'faults' in result ? result.faults.map(told) : []
}

/** `NAME code` of each warning. */
export function warningsOf(result: ReadResult): readonly string[] {
  return result.warnings.map(told)
}

function told(notice: Notice): string {
  return `${notice.name} ${notice.code.replace('config.', '')}`
}

function missingFile(): never {
  throw Object.assign(new Error('no such file: /run/secrets/x'), { code: 'ENOENT' })
}
