import type { Opinion } from '../domain/verdict.ts'
import type { Consulted, Ruling } from './stages.ts'

/** What will be done, from the verdict and from what humans said. `newEscalation` is the one to open, where one must be. */
export function rule(consulted: Consulted, newEscalation: { readonly id: string; readonly expiresAt: string }): Ruling {
  const { verdict, standing } = consulted
  const by = verdict.winner
  if (verdict.decision === 'deny') return { kind: 'deny', by }
  if (verdict.decision !== 'escalate') return { kind: 'forward', by }
  switch (standing.kind) {
    case 'granted':
      return { kind: 'forward', by, grantId: standing.grant.id }
    case 'refused':
      return { kind: 'deny', by: refusedBefore, escalationId: standing.escalationId }
    case 'pending':
      return { kind: 'pending', by, escalationId: standing.escalationId, expiresAt: standing.expiresAt }
    case 'none':
      return { kind: 'pending', by, escalationId: newEscalation.id, expiresAt: newEscalation.expiresAt }
  }
}

const refusedBefore: Opinion = {
  source: 'approvals',
  decision: 'deny',
  reasonCode: 'approval_denied',
  reason: 'A reviewer has denied this exact call.',
}

/** The ruling where another holder of the same approval was faster. */
export const approvalSpent: Opinion = {
  source: 'approvals',
  decision: 'deny',
  reasonCode: 'approval_spent',
  reason: 'The approval of this exact call has been used already. Ask again.',
}
