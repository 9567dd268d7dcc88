export type AgentStatus = 'active' | 'suspended' | 'revoked'
export type RiskTier = 'low' | 'medium' | 'high' | 'critical'

/** An enrolled AI system as the snapshot knows it. Roles, permissions and tier here decide; those in a token are hints. */
export interface Agent {
  readonly id: string
  readonly tenantId: string
  readonly name: string
  readonly agentType: string
  readonly roles: readonly string[]
  /** `<server>:<read|write|…>`, or `*`. */
  readonly permissions: readonly string[]
  readonly tags: readonly string[]
  readonly status: AgentStatus
  readonly riskTier: RiskTier
  /** 0–100. */
  readonly riskScore: number
  /** Raised to end every session of the agent at once: a token carries the epoch it was issued under. */
  readonly epoch: number
}

/** How long an escalation waits for a reviewer, by the agent's risk tier. */
export const escalationTtlMs: Readonly<Record<RiskTier, number>> = {
  low: 24 * 3_600_000,
  medium: 4 * 3_600_000,
  high: 30 * 60_000,
  critical: 5 * 60_000,
}

/** The registry of agents, for the control plane. */
export interface Agents {
  readonly byName: (tenantId: string, name: string) => Promise<Agent | undefined>
  readonly list: (tenantId: string) => Promise<readonly Agent[]>
  /** Throws `conflict` when the name is taken. */
  readonly add: (agent: Agent) => Promise<void>
}
