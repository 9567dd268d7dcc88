/** Something that is switched off at once, by a human or by a rule. */
export interface KillSwitch {
  readonly scope: 'global' | 'tenant' | 'agent' | 'server' | 'tool'
  readonly tenantId?: string
  /** Agent id, server id, or `server/tool`; absent for global and tenant. */
  readonly target?: string
  readonly reason: string
}
