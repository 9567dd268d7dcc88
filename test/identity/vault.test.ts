import { expect, test } from 'bun:test'
import { createDecipheriv, hkdfSync } from 'node:crypto'
import { Failure } from '../../server/domain/failure.ts'
import { Secret } from '../../server/domain/secret.ts'
import { defaultTenantId } from '../../server/domain/snapshot.ts'
import { fingerprintOf } from '../../server/identity/fingerprint.ts'
import { createVault } from '../../server/identity/vault.ts'

const rootSecret = '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'
const purpose = 'server/files'
const text = '{"kind":"stdio","note":"ключ"}'
/** As it lies in databases: it opens for ever. */
const golden = 'v1.1.nJ3qS4vEgrw9RDP6.en7rf7IAcXncN5Fetx9T5Z42K0rsazM9LbDK8bbmHfKKCcuMnA9-IxBkCp3hKK3FJzY'
const vault = createVault(new Secret(rootSecret))

const said = (work: () => string) => {
  try {
    return work()
  } catch (error) {
    return error instanceof Failure ? error.code : String(error)
  }
}

test('what was sealed by an earlier release opens', () => {
  expect(vault.open(defaultTenantId, purpose, golden)).toBe(text)
})

test('it is AES-256-GCM with the key, the nonce and the place that the format promises', () => {
  const [format, version, iv = '', sealed = ''] = vault.seal(defaultTenantId, purpose, text).split('.')
  expect([format, version, Buffer.from(iv, 'base64url').length]).toEqual(['v1', '1', 12])
  const key = new Uint8Array(hkdfSync('sha256', rootSecret, defaultTenantId, 'behavry/v1/credentials', 32))
  const bytes = Buffer.from(sealed, 'base64url')
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(iv, 'base64url'))
  decipher.setAAD(Buffer.from(`${defaultTenantId}/${purpose}`)).setAuthTag(bytes.subarray(-16))
  expect(decipher.update(bytes.subarray(0, -16), undefined, 'utf8') + decipher.final('utf8')).toBe(text)
})

test('the same text is sealed differently each time, and an empty one too', () => {
  expect(vault.seal(defaultTenantId, purpose, text)).not.toBe(vault.seal(defaultTenantId, purpose, text))
  expect(vault.open(defaultTenantId, purpose, vault.seal(defaultTenantId, purpose, ''))).toBe('')
})

const parts = golden.split('.')
const flipped = (at: number) => parts.map((part, n) => (n === at ? `${part.startsWith('A') ? 'B' : 'A'}${part.slice(1)}` : part)).join('.')

test.each([
  ['another tenant', () => vault.open(crypto.randomUUID(), purpose, golden)],
  ['another purpose', () => vault.open(defaultTenantId, 'server/other', golden)],
  ['another root secret', () => createVault(new Secret(`${rootSecret}0`)).open(defaultTenantId, purpose, golden)],
  ['another nonce', () => vault.open(defaultTenantId, purpose, flipped(2))],
  ['another ciphertext', () => vault.open(defaultTenantId, purpose, flipped(3))],
  ['cut at its end', () => vault.open(defaultTenantId, purpose, golden.slice(0, -1))],
  ['a shorter tag', () => vault.open(defaultTenantId, purpose, [...parts.slice(0, 3), 'AAAA'].join('.'))],
  ['another version of the key', () => vault.open(defaultTenantId, purpose, golden.replace('v1.1.', 'v1.2.'))],
  ['another format', () => vault.open(defaultTenantId, purpose, golden.replace('v1.', 'v2.'))],
  ['plain text', () => vault.open(defaultTenantId, purpose, text)],
  ['nothing', () => vault.open(defaultTenantId, purpose, '')],
])('%s: it stays shut', (_, open) => {
  expect(said(open)).toBe('configuration_invalid')
})

test('the fingerprint of a secret is what databases hold already, and not the secret', () => {
  const fingerprint = fingerprintOf(new Secret(rootSecret))
  expect(fingerprint).toBe('0a448489483d44ceaa62e86ad4a8cad2bfbc27a2972a9d96d04d8bf023191151')
  expect(fingerprintOf(new Secret(`${rootSecret}0`))).not.toBe(fingerprint)
  expect(fingerprint).not.toContain(rootSecret.slice(0, 8))
})
