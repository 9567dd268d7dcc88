import { expect, setDefaultTimeout, test } from 'bun:test'
import type { McpServer } from '../../../server/domain/server.ts'
import { defaultTenantId } from '../../../server/domain/snapshot.ts'
import { createAgents } from '../../../server/postgres/registry/agents.ts'
import { ensureDemo, ensureTenant } from '../../../server/postgres/registry/defaults.ts'
import { createServers } from '../../../server/postgres/registry/servers.ts'
import { createSessions } from '../../../server/postgres/registry/sessions.ts'
import { openTestDatabase } from '../../stage/database.ts'
import { codeOf } from '../../stage/journal.ts'
import { openTransports } from '../../stage/transports.ts'

setDefaultTimeout(30_000)

const { postgres, superuser } = await openTestDatabase()
const transports = openTransports()
const otherTenant = crypto.randomUUID()
await superuser(`INSERT INTO behavry.tenants VALUES ($1, 'other', 'Other')`, [otherTenant])

const server = (id: string, tenantId = defaultTenantId): Omit<McpServer, 'revision'> => ({
  id,
  tenantId,
  name: `the ${id}`,
  enabled: true,
  timeoutMs: 1_234,
  transport: { kind: 'stdio', command: 'cat', args: ['-u', '$(x)'], env: { A: '1' } },
})

test('the demo is made once, and not given again to whoever removed a part of it', async () => {
  const demo = { ...server('demo') }
  const agentId = crypto.randomUUID()
  expect(await ensureDemo(postgres, transports, agentId, demo)).toBe(true)
  expect(await ensureDemo(postgres, transports, crypto.randomUUID(), demo)).toBe(false)
  expect(await createServers(postgres, transports).remove(defaultTenantId, 'demo')).toBe(true)
  expect(await ensureDemo(postgres, transports, crypto.randomUUID(), demo)).toBe(false)
  expect(await createServers(postgres, transports).list(defaultTenantId)).toEqual([])
  expect((await createAgents(postgres).byName(defaultTenantId, 'demo'))?.id).toBe(agentId)
  expect(await createAgents(postgres).byName(otherTenant, 'demo')).toBeUndefined()
  await ensureTenant(postgres)
  expect(await superuser('SELECT 1 FROM behavry.tenants')).toHaveLength(2)
})

test('a server comes back as it was registered, once an id, with a revision that never comes twice', async () => {
  const servers = createServers(postgres, transports)
  await servers.add(server('files'))
  await servers.add(server('files', otherTenant))
  expect(await codeOf(servers.add({ ...server('files'), name: 'another' }))).toBe('conflict')
  const [first] = await servers.list(defaultTenantId)
  expect(first).toEqual({ ...server('files'), revision: expect.any(Number) })
  expect(await servers.remove(defaultTenantId, 'files')).toBe(true)
  expect(await servers.remove(defaultTenantId, 'files')).toBe(false)
  expect((await servers.list(otherTenant)).map(({ tenantId }) => tenantId)).toEqual([otherTenant])
  await servers.add(server('files'))
  const [second] = await servers.list(defaultTenantId)
  expect(second?.revision).toBeGreaterThan(first?.revision ?? Number.POSITIVE_INFINITY)
})

test('a session ends once, for its own tenant alone, and stays on the list of the ended', async () => {
  const sessions = createSessions(postgres)
  const agent = await createAgents(postgres).byName(defaultTenantId, 'demo')
  const id = crypto.randomUUID()
  const session = {
    id,
    tenantId: defaultTenantId,
    agentId: agent?.id ?? '',
    issuedBy: 'local:ada',
    issuedAt: new Date(),
    expiresAt: new Date(Date.now() + 3_600_000),
  }
  await sessions.open(session)
  expect(await sessions.revoke(otherTenant, id, 'local:eve')).toBe(false)
  expect(await sessions.revoke(defaultTenantId, id, 'local:ada')).toBe(true)
  expect(await sessions.revoke(defaultTenantId, id, 'local:ada')).toBe(false)
  expect(await superuser('SELECT session_id, revoked_by FROM behavry.revocations')).toEqual([{ session_id: id, revoked_by: 'local:ada' }])
})
