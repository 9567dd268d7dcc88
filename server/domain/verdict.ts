/** What may be decided about a call. `escalate` holds it for a human, `restrict` runs it reduced. */
export type Decision = 'allow' | 'deny' | 'escalate' | 'restrict'

/** Strictest first: `deny > escalate > restrict > allow`. */
export const strictness: readonly Decision[] = ['deny', 'escalate', 'restrict', 'allow']

/** What one step or one policy thinks of a call. `reason` is for the agent to read and never repeats an argument's value. */
export interface Opinion {
  /** A policy id such as `base.filesystem`, or the step: `kill_switch`, `blast_radius`, `dlp`. */
  readonly source: string
  readonly decision: Decision
  /** snake_case, stable: `policy_deny`, `shallow_delete`, `no_policy_allows`. */
  readonly reasonCode: string
  readonly reason: string
  /** Restriction profile, with `restrict` only. */
  readonly profile?: string
}

/** The strictest opinion and, for the record, all of them. */
export interface Verdict {
  readonly decision: Decision
  readonly winner: Opinion
  readonly opinions: readonly Opinion[]
}

const noOpinion: Opinion = {
  source: 'default',
  decision: 'deny',
  reasonCode: 'no_policy_allows',
  reason: 'No policy allows this call.',
}

/** The strictest wins; among equals the first. No opinion at all is a denial (`no_policy_allows`). */
export function strictest(opinions: readonly Opinion[]): Verdict {
  for (const decision of strictness) {
    const winner = opinions.find(opinion => opinion.decision === decision)
    if (winner) return { decision, winner, opinions }
  }
  return { decision: 'deny', winner: noOpinion, opinions: [...opinions, noOpinion] }
}
