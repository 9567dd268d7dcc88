import { describe, expect, test } from 'bun:test'
import { pipeline } from '../../server/data-plane/pipeline.ts'
import type { EntryDraft } from '../../server/domain/entry.ts'
import { Failure } from '../../server/domain/failure.ts'
import { isJsonObject, type Json } from '../../server/domain/json.ts'
import type { BackendAnswer } from '../../server/domain/server.ts'
import { defaultTenantId } from '../../server/domain/snapshot.ts'
import { request, resultOf, snapshotOf, stage } from './stage.ts'

const githubToken = `${'ghp'}_Q7rT2mZ9vK4sX1pL8nB5cW3yH6dF0gJqEaUi`
const strict = snapshotOf({ tenants: new Map([[defaultTenantId, { id: defaultTenantId, slug: 'default', strictOutcome: true }]]) })
const outcomeFails = (draft: EntryDraft) =>
  draft.event_type === 'tool_call.outcome' ? Promise.reject(new Failure('journal_unavailable')) : undefined

describe('how a forwarded call ended', () => {
  const cases: readonly (readonly [string, BackendAnswer, object, string])[] = [
    ['a result', resultOf({ content: [] }), { outcome: 'succeeded' }, 'result'],
    ['a result that is an error', resultOf({ content: [], isError: true }), { outcome: 'failed' }, 'result'],
    ['a JSON-RPC error', { kind: 'error', code: -32055, message: 'no' }, { outcome: 'failed', response_code: -32055 }, 'error'],
    [
      'nobody saw the answer',
      { kind: 'fault', failure: new Failure('backend_timeout'), sent: true },
      { outcome: 'unknown', error: 'backend_timeout' },
      'fault',
    ],
    [
      'it was not sent',
      { kind: 'fault', failure: new Failure('backend_unavailable'), sent: false },
      { outcome: 'not_sent', error: 'backend_unavailable' },
      'fault',
    ],
  ]
  test.each(cases)('%s', async (_, answer, outcome, kind) => {
    const { world, records } = stage({ answer })
    expect((await pipeline(request(), world)).kind).toBe(kind as never)
    expect(records).toHaveLength(2)
    expect(records[1]).toMatchObject({ event_type: 'tool_call.outcome', ...outcome })
  })
})

describe('an outcome that must be durable first', () => {
  test('strict tenant: the outcome is appended, not deferred', async () => {
    const appended: string[] = []
    const { world } = stage({
      snapshot: strict,
      append: draft => {
        appended.push(draft.event_type)
        return undefined
      },
    })
    await pipeline(request(), world)
    expect(appended).toEqual(['tool_call.decision', 'tool_call.outcome'])
  })

  test('strict tenant, journal down: the agent learns that the call was made and must not be repeated; the result is withheld', async () => {
    const { world, forwarded } = stage({ snapshot: strict, append: outcomeFails })
    const answer = await pipeline(request(), world)
    expect(forwarded).toHaveLength(1)
    expect(answer).toMatchObject({ kind: 'fault', failure: { code: 'outcome_unrecorded', details: { executed: true, retryable: false } } })
    expect(JSON.stringify(answer)).not.toContain('done')
  })

  test('something was found in the answer, journal down: withheld too', async () => {
    const { world } = stage({ answer: resultOf({ content: [{ type: 'text', text: githubToken }] }), append: outcomeFails })
    expect(await pipeline(request(), world)).toMatchObject({ kind: 'fault', failure: { code: 'outcome_unrecorded' } })
  })
})

describe('credentials in an answer', () => {
  const answers: readonly (readonly [string, BackendAnswer])[] = [
    ['text', resultOf({ content: [{ type: 'text', text: `key ${githubToken}.` }] })],
    ['structuredContent', resultOf({ content: [], structuredContent: { deep: [{ key: githubToken }] } })],
    ['a key', resultOf({ content: [], structuredContent: { [githubToken]: 1 } })],
    ['a failed result', resultOf({ isError: true, content: [{ type: 'text', text: githubToken }] })],
    ['_meta', resultOf({ content: [], _meta: { token: githubToken } })],
    ['error message', { kind: 'error', code: -1, message: `bad ${githubToken}` }],
    ['error data', { kind: 'error', code: -1, message: 'bad', data: { token: githubToken } }],
  ]
  test.each(answers)('%s: taken out, recorded, not kept', async (_, answer) => {
    const { world, records } = stage({ answer })
    const given = JSON.stringify(await pipeline(request(), world))
    expect(given).not.toContain(githubToken)
    expect(given).toContain('[REDACTED:github_token]')
    expect(records[1]).toMatchObject({ event_type: 'tool_call.outcome', dlp_action: 'redact' })
    expect(JSON.stringify(records)).not.toContain(githubToken)
  })

  test('a scanner that throws over an answer withholds it, and the outcome is still written down', async () => {
    const scan = (value: Json) => {
      if (isJsonObject(value) && 'content' in value) throw new Error('bug')
      return []
    }
    const { world, records, forwarded } = stage({ change: { scanners: [{ name: 'broken', version: '1', scan }] } })
    const answer = await pipeline(request(), world)
    expect(forwarded).toHaveLength(1)
    expect(answer).toMatchObject({ kind: 'fault', failure: { code: 'internal' } })
    expect(JSON.stringify(answer)).not.toContain('done')
    expect(records[1]).toMatchObject({ event_type: 'tool_call.outcome', outcome: 'succeeded', error: 'internal' })
  })
})

describe('an answer that cannot be looked at to its end is withheld', () => {
  const many = Array.from({ length: 1_200 }, (_, i) => `4111 1111 1111 1111 ${i}`).join('\n')
  test.each([
    ['a secret behind a mebibyte', `${'x'.repeat(1 << 20)} ${githubToken}`],
    ['a secret behind more findings than are counted', `${many}\n${githubToken}`],
  ])('%s', async (_, text) => {
    const { world, records } = stage({ answer: resultOf({ content: [{ type: 'text', text }] }) })
    const answer = await pipeline(request(), world)
    expect(answer).toMatchObject({ kind: 'fault', failure: { code: 'answer_withheld' } })
    expect(JSON.stringify(answer)).not.toContain(githubToken)
    expect(records[1]).toMatchObject({ outcome: 'succeeded', error: 'answer_withheld', dlp_action: 'block' })
  })
})

describe('what a record must not hold', () => {
  const targetOf = async (args: Record<string, string>) => {
    const { world, records } = stage()
    await pipeline(request('read_note', args), world)
    return records[0]?.target ?? ''
  }
  test.each([
    ['a secret in a path', { path: `/srv/${githubToken}/x` }],
    ['a secret that only decoding shows', { path: `/srv/%67hp_${githubToken.slice(4)}/x` }],
    ['a secret in a statement', { query: `select '${githubToken}'` }],
    ['a secret across the cut', { query: `${'x'.repeat(280)} ${githubToken}` }],
    ['userinfo, query and fragment of a URL', { url: `https://user:${githubToken}@example.com/x?t=${githubToken}#${githubToken}` }],
  ])('%s', async (_, args) => {
    const target = await targetOf(args)
    expect(target).not.toContain(githubToken.slice(4, 16))
    expect(target).not.toBe('')
  })

  test.each([
    ['NUL', { query: 'sel\0ect 1' }],
    ['half a surrogate pair', { path: '/srv/\ud800/x' }],
  ])('%s, which the database cannot keep, is replaced', async (_, args) => {
    const target = await targetOf(args)
    expect(target.isWellFormed()).toBe(true)
    expect(target).not.toContain('\0')
    expect(target).toContain('\ufffd')
  })

  test('a long target is cut between characters, never inside one', async () => {
    const target = await targetOf({ path: `/${'x'.repeat(298)}🙂${'y'.repeat(50)}` })
    expect(target.isWellFormed()).toBe(true)
    expect(target.length).toBeLessThanOrEqual(301)
  })
})
