import { isJsonObject } from '../domain/json.ts'
import { type Decision, type Opinion, strictness } from '../domain/verdict.ts'
import { printable } from './reason.ts'

/**
 * What was asked of a policy, hence how its answer is read. A package that defines `decision` is asked for that rule alone, so
 * its helper rules may have any name. Any other is asked for its whole document, of which only `allow`, `deny`,
 * `escalate` and `reason` are read (forms 2 and 3).
 */
export type AnswerForm = 'decision' | 'package'

const codes: Readonly<Record<Decision, string>> = {
  allow: 'policy_allow',
  deny: 'policy_deny',
  escalate: 'approval_required',
  restrict: 'policy_restrict',
}

const sentences: Readonly<Record<Decision, string>> = {
  allow: 'A policy allows this call.',
  deny: 'A policy denies this call.',
  escalate: 'A policy asks for the approval of a person.',
  restrict: 'A policy restricts this call.',
}

/** The opinion that stands for a policy that failed or gave something unreadable: a denial, whatever it wanted to say. */
export function policyError(policyId: string, reason: string): Opinion {
  return { source: policyId, decision: 'deny', reasonCode: 'policy_error', reason }
}

/**
 * Reads a policy's answer; `undefined` is how a policy says nothing, and gives no opinion. Reasons are made printable. What cannot be
 * read (an unknown word, a wrong type) is a denial with code `policy_error`, never an opinion of another kind. Does not throw.
 */
export function readOpinion(policyId: string, form: AnswerForm, answer: unknown): Opinion | undefined {
  if (answer === undefined) return undefined
  const read = isJsonObject(answer) ? readers[form](answer) : unreadable
  if (read === unreadable) return policyError(policyId, 'The policy gave an answer that cannot be read.')
  if (read === undefined) return undefined
  const { decision, reason, profile } = read
  return {
    source: policyId,
    decision,
    reasonCode: codes[decision],
    reason: printable(reason) || sentences[decision],
    ...(profile === undefined ? {} : { profile }),
  }
}

interface Read {
  readonly decision: Decision
  readonly reason: string
  readonly profile?: string
}

const unreadable = Symbol('unreadable')

type Answer = Readonly<Record<string, unknown>>

const readers: Readonly<Record<AnswerForm, (answer: Answer) => Read | undefined | typeof unreadable>> = {
  decision: readDecision,
  package: readDocument,
}

const profileName = /^[a-z][a-z0-9_]{0,63}$/

function readDecision({ result, reason = '', policy = '', profile }: Answer): Read | typeof unreadable {
  const decision = strictness.find(known => known === result)
  if (decision === undefined || typeof reason !== 'string' || typeof policy !== 'string') return unreadable
  if (profile === undefined) return { decision, reason }
  if (typeof profile !== 'string' || !profileName.test(profile)) return unreadable
  return decision === 'restrict' ? { decision, reason, profile } : { decision, reason }
}

function readDocument({ allow, deny, escalate, reason = '' }: Answer): Read | undefined | typeof unreadable {
  const denied = readReasons(deny)
  const held = readReasons(escalate)
  if (denied === unreadable || held === unreadable || typeof reason !== 'string') return unreadable
  if (allow !== undefined && typeof allow !== 'boolean') return unreadable
  if (denied) return { decision: 'deny', reason: denied.join(' ') || reason }
  if (held) return { decision: 'escalate', reason: held.join(' ') || reason }
  return allow ? { decision: 'allow', reason } : undefined
}

/** `false`, an empty set and an empty object say nothing (`undefined`); `true` speaks without reasons. */
function readReasons(value: unknown): readonly string[] | undefined | typeof unreadable {
  if (value === undefined || value === false) return undefined
  if (value === true) return []
  const reasons = Array.isArray(value) ? value.map(readReason) : isJsonObject(value) ? Object.entries(value).map(readEntry) : [undefined]
  if (!reasons.every(reason => reason !== undefined)) return unreadable
  // WebAssembly gives sets in no order: sorted, the same call is refused in the same words.
  return reasons.length === 0 ? undefined : reasons.toSorted()
}

/** `deny contains "…"`, or the objects that some policy sets use. */
function readReason(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (!isJsonObject(value)) return undefined
  const { reason, msg, message }: Answer = value
  return [reason, msg, message].find(text => typeof text === 'string')
}

/** `deny["…"] := true`, where the key is the reason, or `deny[key] := "…"`. */
function readEntry([key, value]: readonly [string, unknown]): string | undefined {
  return value === true ? key : readReason(value)
}
