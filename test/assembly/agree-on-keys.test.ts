import { expect, setDefaultTimeout, test } from 'bun:test'
import { agreeOnKeys } from '../../server/assembly/agree-on-keys.ts'
import { Failure } from '../../server/domain/failure.ts'
import { defaultTenantId } from '../../server/domain/snapshot.ts'
import { createKeyPrints } from '../../server/postgres/registry/key-prints.ts'
import { openTestDatabase } from '../stage/database.ts'

setDefaultTimeout(30_000)

/** Who starts one after another, with which keys, and what is heard of it. */
const starts = [
  { appSecret: 's1', tokenKey: 'k1', heard: [] },
  { appSecret: 's1', tokenKey: 'k1', heard: [] },
  { appSecret: 's2', tokenKey: 'k1', heard: ['configuration_invalid'] },
  { appSecret: 's2', tokenKey: 'k2', heard: ['configuration_invalid'] },
  { appSecret: 's1', tokenKey: 'k2', previous: ['k0', 'k1'], heard: ['info token_key_rotated'] },
  { appSecret: 's1', tokenKey: 'k2', heard: [] },
  { appSecret: 's1', tokenKey: 'k1', heard: ['warn keys_differ'] },
  { appSecret: 's1', tokenKey: 'k1', heard: [] },
] as const

test('another app secret is refused; another token key is heard of once and expected from then on', async () => {
  const { postgres, superuser } = await openTestDatabase()
  for (const [at, { appSecret, tokenKey, heard, ...rest }] of starts.entries()) {
    const said: string[] = []
    const previousTokenKeys = 'previous' in rest ? rest.previous : []
    await agreeOnKeys(createKeyPrints(postgres), { fingerprints: { appSecret, tokenKey, previousTokenKeys } }, (level, event) =>
      said.push(`${level} ${event}`),
    ).catch(error => said.push(error instanceof Failure ? error.code : String(error)))
    expect([at, said]).toEqual([at, [...heard]])
  }
  expect(await superuser('SELECT name, fingerprint FROM behavry.secrets_meta ORDER BY name')).toEqual([
    { name: 'app_secret', fingerprint: 's1' },
    { name: 'token_key', fingerprint: 'k1' },
  ])
})

test('of processes that start at the same moment with different secrets, one is let in', async () => {
  const { postgres } = await openTestDatabase()
  const results = await Promise.allSettled(
    Array.from({ length: 6 }, (_, n) =>
      agreeOnKeys(createKeyPrints(postgres), { fingerprints: { appSecret: `s${n}`, tokenKey: 'k', previousTokenKeys: [] } }, () => {}),
    ),
  )
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
})

test('the refusal names the variable and the file', async () => {
  const { postgres } = await openTestDatabase()
  const prints = createKeyPrints(postgres)
  await prints.claim('app_secret', 'theirs')
  const refused = agreeOnKeys(prints, { fingerprints: { appSecret: 'ours', tokenKey: 'k', previousTokenKeys: [] } }, () => {})
  await expect(refused).rejects.toThrow(/BEHAVRY_APP_SECRET_KEY.*keys\/app-secret/s)
})

test('neither the application nor the journal’s role sees the fingerprints', async () => {
  const { postgres } = await openTestDatabase()
  const read = (as: typeof postgres.asJournal) =>
    as(trx => trx.selectFrom('secrets_meta').selectAll().execute()).then(
      () => 'read',
      error => error.code,
    )
  expect(await read(postgres.asJournal)).toBe('42501')
  expect(await read(work => postgres.asTenant(defaultTenantId, work))).toBe('42501')
})
