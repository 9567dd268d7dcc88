import { generateKeyPair, randomBytes } from 'node:crypto'
import { chmodSync, linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Failure } from '../domain/failure.ts'
import { Secret } from '../domain/secret.ts'

/** Keys that the appliance made for itself, under `<data dir>/keys`: the folder 0700, each file 0600. */
export interface KeyStore {
  /** PKCS#8 PEM, RSA 3072. */
  readonly jwtPrivateKey: () => Promise<Secret>
  /** 64 hex digits. */
  readonly appSecret: () => Promise<Secret>
}

/** Throws `configuration_invalid` when the folder cannot be used. */
export function createKeyStore(dataDir: string): KeyStore {
  const folder = join(dataDir, 'keys')
  return {
    jwtPrivateKey: () => keep(folder, 'jwt-private.pem', makeRsaKey),
    appSecret: () => keep(folder, 'app-secret', async () => randomBytes(32).toString('hex')),
  }
}

async function keep(folder: string, name: string, make: () => Promise<string>): Promise<Secret> {
  const path = join(folder, name)
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    chmodSync(folder, 0o700)
    return new Secret(read(path) ?? create(path, await make()))
  } catch (cause) {
    throw new Failure('configuration_invalid', `The keys under ${folder} cannot be read or made.`, { cause })
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Whole or not at all: written aside, then linked to its name; where another process was faster, its key is the key. */
function create(path: string, text: string): string {
  const aside = `${path}.${process.pid}`
  writeFileSync(aside, text, { mode: 0o600, flag: 'wx' })
  try {
    linkSync(aside, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    unlinkSync(aside)
  }
  return readFileSync(path, 'utf8')
}

async function makeRsaKey(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 3072 })
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}
