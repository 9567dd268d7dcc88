import { expect, setDefaultTimeout, test } from 'bun:test'
import type { McpServer } from '../../../server/domain/server.ts'
import { defaultTenantId } from '../../../server/domain/snapshot.ts'
import type { Vault } from '../../../server/domain/vault.ts'
import { createServers } from '../../../server/postgres/registry/servers.ts'
import { createTransports } from '../../../server/postgres/registry/transports.ts'
import { openSnapshot } from '../../../server/postgres/snapshot.ts'
import { openTestDatabase } from '../../stage/database.ts'
import { world } from '../../stage/journal.ts'
import { openTransports } from '../../stage/transports.ts'

setDefaultTimeout(30_000)

const secrets = ['hunter2-env', 'hunter2-arg', 'hunter2-header']
const server = (id: string, transport: McpServer['transport']): Omit<McpServer, 'revision'> => ({
  id,
  tenantId: defaultTenantId,
  name: id,
  enabled: true,
  timeoutMs: 1_000,
  transport,
})
const local = server('local', { kind: 'stdio', command: 'cat', args: ['--token', 'hunter2-arg'], env: { KEY: 'hunter2-env' } })
const remote = server('remote', { kind: 'http', url: 'https://x.test/', headers: { Authorization: 'Bearer hunter2-header' } })

async function openRegistered() {
  const database = await openTestDatabase()
  const servers = createServers(database.postgres, openTransports())
  for (const one of [local, remote]) await servers.add(one)
  return database
}

test('the database holds no credential in plain text', async () => {
  const { superuser } = await openRegistered()
  const rows = await superuser<{ row: string; transport: object }>('SELECT s::text AS row, transport FROM behavry.servers s')
  expect(rows.map(({ transport }) => Object.keys(transport))).toEqual([['sealed'], ['sealed']])
  for (const secret of secrets) expect(rows.map(({ row }) => row).join()).not.toContain(secret)
})

test('the key gone: its servers are listed disabled and told of, and the snapshot lives', async () => {
  const { postgres } = await openRegistered()
  const faults: string[] = []
  const transports = openTransports(faults, 'another root secret, as long as that')
  const listed = await createServers(postgres, transports).list(defaultTenantId)
  expect(listed.map(({ id, enabled }) => [id, enabled])).toEqual([
    ['local', false],
    ['remote', false],
  ])
  expect(faults.splice(0)).toEqual(['local configuration_invalid', 'remote configuration_invalid'])
  await createServers(postgres, transports).add(server('fresh', local.transport))
  const live = await openSnapshot(postgres, {
    clock: world.clock,
    judge: { engine: 'none', revision: 'r0', judge: () => [] },
    transports,
    killSwitches: [],
    onSwap: () => {},
    onFault: error => faults.push(String(error)),
  })
  const enabled = [...live.current().servers.values()].filter(one => one.enabled)
  await live.close()
  expect(enabled.map(({ id, transport }) => [id, transport])).toEqual([['fresh', local.transport]])
  expect(faults.sort()).toEqual(['local configuration_invalid', 'remote configuration_invalid'])
})

test.each([
  ['a plain transport put there by hand', `'{"kind":"stdio","command":"sh","args":[],"env":{}}'`],
  ['the sealed transport of another server', `(SELECT transport FROM behavry.servers WHERE id = 'remote')`],
  ['a number', `'1'`],
  ['null', `'null'`],
])('%s is not opened, also after all others were', async (_, value) => {
  const { postgres, superuser } = await openRegistered()
  const faults: string[] = []
  const servers = createServers(postgres, openTransports(faults))
  expect((await servers.list(defaultTenantId)).every(({ enabled }) => enabled)).toBe(true)
  await superuser(`UPDATE behavry.servers SET transport = ${value} WHERE id = 'local'`)
  expect((await servers.list(defaultTenantId)).map(({ id, enabled }) => [id, enabled])).toEqual([
    ['local', false],
    ['remote', true],
  ])
  expect(faults).toEqual(['local configuration_invalid'])
})

test('what was opened once is not decrypted again, and what is remembered is bounded', () => {
  const opened: string[] = []
  const plain: Vault = {
    seal: (_tenant, _purpose, text) => text,
    open: (_, purpose, sealed) => {
      opened.push(purpose)
      return sealed
    },
  }
  const transports = createTransports(plain, () => {})
  const open = (id: string) => transports.open({ tenantId: 't', id }, { sealed: '{"kind":"http","url":"u","headers":{}}' })
  for (let n = 0; n < 3; n++) open('a')
  expect(opened).toEqual(['server/a'])
  for (let n = 0; n < 4_096; n++) open(`b${n}`)
  open('b4095')
  expect(opened).toHaveLength(4_097)
  open('a')
  expect(opened).toHaveLength(4_098)
})
