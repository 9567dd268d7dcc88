import type { Opinion } from '../domain/verdict.ts'
import { strictest } from '../domain/verdict.ts'
import type { Judged } from './stages.ts'

/** What a restriction profile lets through; a profile that is not known here lets nothing through. */
const profiles: ReadonlyMap<string, (judged: Judged) => boolean> = new Map([['read_only', judged => judged.call.action === 'read']])

/** Turns `restrict` into what its profile makes of this call: it runs as it is, or is denied with a reason that says so. */
export function restrict(judged: Judged): Judged {
  if (judged.verdict.decision !== 'restrict') return judged
  const { winner, opinions } = judged.verdict
  const profile = profiles.get(winner.profile ?? '')
  if (profile?.(judged)) return judged
  const denial: Opinion = {
    source: winner.source,
    decision: 'deny',
    reasonCode: profile ? 'restricted' : 'restriction_profile_unknown',
    reason: profile ? `Restricted to ${winner.profile}: ${winner.reason}` : 'The restriction profile of this policy is not known here.',
  }
  return { ...judged, verdict: strictest([...opinions, denial]) }
}
