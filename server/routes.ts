import type { Route } from './contract/route.ts'
import { createAgent, listAgents } from './control-plane/agents.ts'
import { listEvents, showEvent } from './control-plane/audit.ts'
import { approveEscalation, denyEscalation, listEscalations, showEscalation } from './control-plane/escalations.ts'
import { health, live, ready } from './control-plane/health.ts'
import { jwks } from './control-plane/jwks.ts'
import { addServer, listServers, removeServer } from './control-plane/servers.ts'
import { issueToken, revokeToken } from './control-plane/tokens.ts'
import type { World } from './world.ts'

/**
 * Every route but the MCP proxy's, which `http/listen.ts` dispatches by an exact table of its own before this one. Access hangs on the row that matched, never
 * on a path prefix.
 */
export const routes: readonly Route<World>[] = [
  { method: 'GET', path: '/health', group: 'health', access: ['anyone'], operation: health },
  { method: 'GET', path: '/health/live', group: 'health', access: ['anyone'], operation: live },
  { method: 'GET', path: '/health/ready', group: 'health', access: ['anyone'], operation: ready },
  { method: 'GET', path: '/.well-known/jwks.json', group: 'auth', access: ['anyone'], operation: jwks },
  { method: 'POST', path: '/api/v1/tokens', group: 'auth', access: ['admin', 'local'], operation: issueToken },
  { method: 'DELETE', path: '/api/v1/tokens/:id', group: 'auth', access: ['admin', 'local'], operation: revokeToken },
  { method: 'GET', path: '/api/v1/agents', group: 'agents', access: ['viewer', 'local'], operation: listAgents },
  { method: 'POST', path: '/api/v1/agents', group: 'agents', access: ['admin', 'local'], operation: createAgent },
  { method: 'GET', path: '/api/v1/servers', group: 'servers', access: ['viewer', 'local'], operation: listServers },
  { method: 'POST', path: '/api/v1/servers', group: 'servers', access: ['local'], operation: addServer },
  { method: 'DELETE', path: '/api/v1/servers/:id', group: 'servers', access: ['admin', 'local'], operation: removeServer },
  { method: 'GET', path: '/api/v1/escalations', group: 'escalations', access: ['analyst', 'local'], operation: listEscalations },
  { method: 'GET', path: '/api/v1/escalations/:id', group: 'escalations', access: ['analyst', 'local'], operation: showEscalation },
  {
    method: 'POST',
    path: '/api/v1/escalations/:id/approve',
    group: 'escalations',
    access: ['analyst', 'local'],
    operation: approveEscalation,
  },
  { method: 'POST', path: '/api/v1/escalations/:id/deny', group: 'escalations', access: ['analyst', 'local'], operation: denyEscalation },
  { method: 'GET', path: '/api/v1/audit', group: 'audit', access: ['viewer', 'local'], operation: listEvents },
  { method: 'GET', path: '/api/v1/audit/:id', group: 'audit', access: ['viewer', 'local'], operation: showEvent },
]
