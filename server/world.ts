import type { AgentsWorld } from './control-plane/agents.ts'
import type { AuditWorld } from './control-plane/audit.ts'
import type { EscalationsWorld } from './control-plane/escalations.ts'
import type { HealthWorld } from './control-plane/health.ts'
import type { JwksWorld } from './control-plane/jwks.ts'
import type { ServersWorld } from './control-plane/servers.ts'
import type { TokensWorld } from './control-plane/tokens.ts'

/** Everything the control plane stands on: a record of ports, made by `start.ts`; each operation names the few it needs. */
export type World = AgentsWorld & AuditWorld & EscalationsWorld & HealthWorld & JwksWorld & ServersWorld & TokensWorld
