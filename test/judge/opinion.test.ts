import { describe, expect, test } from 'bun:test'
import { type Decision, strictest, strictness } from '../../server/domain/verdict.ts'
import { type AnswerForm, readOpinion } from '../../server/judge/opinion.ts'

const read = (form: AnswerForm, answer: unknown) => readOpinion('base.x', form, answer)

const spoken: readonly [form: AnswerForm, answer: unknown, decision: Decision, code: string, reason: string, profile?: string][] = [
  ['decision', { result: 'allow', reason: 'Fine.', policy: 'base.x' }, 'allow', 'policy_allow', 'Fine.'],
  ['decision', { result: 'deny', reason: 'No.' }, 'deny', 'policy_deny', 'No.'],
  ['decision', { result: 'escalate', reason: 'Ask.' }, 'escalate', 'approval_required', 'Ask.'],
  ['decision', { result: 'restrict', reason: 'Slow.', profile: 'read_only' }, 'restrict', 'policy_restrict', 'Slow.', 'read_only'],
  ['decision', { result: 'restrict' }, 'restrict', 'policy_restrict', 'A policy restricts this call.'],
  ['decision', { result: 'allow', profile: 'read_only', more: [1] }, 'allow', 'policy_allow', 'A policy allows this call.'],
  ['decision', { result: 'deny', reason: '  \u0000\u001b ' }, 'deny', 'policy_deny', 'A policy denies this call.'],
  ['decision', { result: 'deny', reason: 'a\u001b[31mb\nc\u202ed' }, 'deny', 'policy_deny', 'a [31mb c d'],
  ['decision', { result: 'deny', reason: 'x'.repeat(501) }, 'deny', 'policy_deny', `${'x'.repeat(499)}…`],
  ['decision', { result: 'deny', reason: '𝒳'.repeat(5_000) }, 'deny', 'policy_deny', `${'𝒳'.repeat(499)}…`],
  ['package', { allow: true }, 'allow', 'policy_allow', 'A policy allows this call.'],
  ['package', { allow: true, reason: 'Fine.' }, 'allow', 'policy_allow', 'Fine.'],
  ['package', { deny: true, allow: true, reason: 'No.' }, 'deny', 'policy_deny', 'No.'],
  ['package', { escalate: true, allow: true }, 'escalate', 'approval_required', 'A policy asks for the approval of a person.'],
  ['package', { deny: true, escalate: true }, 'deny', 'policy_deny', 'A policy denies this call.'],
  ['package', { deny: ['b', 'a'], allow: true }, 'deny', 'policy_deny', 'a b'],
  ['package', { deny: [''], allow: true }, 'deny', 'policy_deny', 'A policy denies this call.'],
  ['package', { deny: [{ msg: 'm' }, { reason: 'r' }, { message: 's' }] }, 'deny', 'policy_deny', 'm r s'],
  ['package', { deny: { 'Not here.': true } }, 'deny', 'policy_deny', 'Not here.'],
  ['package', { deny: { key: 'Why.' } }, 'deny', 'policy_deny', 'Why.'],
  ['package', { deny: [], escalate: ['Ask.'] }, 'escalate', 'approval_required', 'Ask.'],
  ['package', { escalate: { 'Ask.': true }, allow: true }, 'escalate', 'approval_required', 'Ask.'],
]

describe('what a policy says', () => {
  for (const [form, answer, decision, reasonCode, reason, profile] of spoken) {
    test(`${form} ${JSON.stringify(answer).slice(0, 80)}`, () => {
      expect(read(form, answer)).toEqual({ source: 'base.x', decision, reasonCode, reason, ...(profile ? { profile } : {}) })
    })
  }
})

const silent: readonly [AnswerForm, unknown][] = [
  ['decision', undefined],
  ['package', undefined],
  ['package', {}],
  ['package', { allow: false, deny: false, escalate: false }],
  ['package', { deny: [], escalate: {} }],
  ['package', { allow: false, reason: 'Fine.' }],
  ['package', { denied: true, deny_all: ['x'], allowed: true, result: 'allow', Allow: true, decision: { result: 'allow' } }],
]

describe('helper rules, false and empty sets are no opinion', () => {
  for (const [form, answer] of silent) {
    test(`${form} ${JSON.stringify(answer)}`, () => expect(read(form, answer)).toBeUndefined())
  }
})

const hostile: readonly (readonly [AnswerForm, unknown])[] = [
  ...[null, true, false, 0, 1, '', 'allow', [], ['allow'], [{ result: 'allow' }]].flatMap(
    answer =>
      [
        ['decision', answer],
        ['package', answer],
      ] as const,
  ),
  ['decision', {}],
  ...[null, '', 'ALLOW', 'Allow', 'allow ', 'permit', 'toString', '__proto__', true, 1, ['allow'], { result: 'allow' }].map(
    result => ['decision', { result }] as const,
  ),
  ...[null, 1, true, ['x'], { text: 'x' }].map(reason => ['decision', { result: 'allow', reason }] as const),
  ...[null, 1, {}].map(policy => ['decision', { result: 'allow', policy }] as const),
  ...[null, 1, '', 'Read Only', '../x', 'x'.repeat(65)].map(profile => ['decision', { result: 'restrict', profile }] as const),
  ...[null, 'true', 1, [], {}].map(allow => ['package', { allow }] as const),
  ...[null, 'no', 0, [1], [null], [['x']], [{}], { key: false }, { key: null }, { key: 1 }].map(
    deny => ['package', { allow: true, deny }] as const,
  ),
  ...[null, 'ask', [1], { key: [] }].map(escalate => ['package', { allow: true, escalate }] as const),
  ...[null, 1, ['x'], {}].map(reason => ['package', { allow: true, reason }] as const),
]

describe('what cannot be read is a denial', () => {
  for (const [form, answer] of hostile) {
    test(`${form} ${JSON.stringify(answer)}`, () => {
      expect(read(form, answer)).toEqual({
        source: 'base.x',
        decision: 'deny',
        reasonCode: 'policy_error',
        reason: 'The policy gave an answer that cannot be read.',
      })
    })
  }
})

describe('between policies the strictest wins', () => {
  const opinion = (result: Decision | undefined, source: string) =>
    readOpinion(source, 'decision', result && { result, reason: `${source} says ${result}.` })
  const choices = [...strictness, undefined]
  for (const [rankA, a] of choices.entries()) {
    for (const [rankB, b] of choices.entries()) {
      test(`${a ?? 'nothing'} and ${b ?? 'nothing'}`, () => {
        const given = [opinion(a, 'a'), opinion(b, 'b')].filter(one => one !== undefined)
        const verdict = strictest(given)
        expect(verdict.decision).toBe((rankA <= rankB ? a : b) ?? 'deny')
        expect(verdict.winner.source).toBe(given.length === 0 ? 'default' : rankA <= rankB ? 'a' : 'b')
        if (given.length === 0) expect(verdict.winner.reasonCode).toBe('no_policy_allows')
        else expect(verdict.opinions).toEqual(given)
      })
    }
  }
})
