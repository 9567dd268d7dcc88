import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { EntryDraft } from '../../server/domain/entry.ts'
import type { Effect } from '../../server/domain/journal.ts'
import { createGroupCommit, type GroupCommitOptions } from '../../server/journal/group-commit.ts'
import type { BatchEffect, CommitResult, JournalStore, Segment } from '../../server/journal/store.ts'
import { codeOf, draft, world } from '../stage/journal.ts'

setDefaultTimeout(30_000)

interface Commit {
  readonly segments: readonly Segment[]
  readonly effects: readonly BatchEffect[]
  readonly end: (result: CommitResult) => void
}

/** A store whose commits end when the test says so; `answer` ends them at once. */
function heldStore(answer?: (records: readonly string[], effects: readonly BatchEffect[]) => CommitResult) {
  const commits: Commit[] = []
  let claims = 0
  let claimable = true
  const store: JournalStore = {
    claim: async () => {
      claims += 1
      if (!claimable) throw new Error('no database')
      return { slot: { slot: 0, epoch: claims }, heads: new Map() }
    },
    commit: (_, segments, effects) =>
      new Promise(end => {
        commits.push({ segments, effects, end })
        if (answer) end(answer(textsOf(segments), effects))
      }),
  }
  return { store, commits, claims: () => claims, setClaimable: (value: boolean) => (claimable = value) }
}

const textsOf = (segments: readonly Segment[]) => segments.flatMap(segment => segment.records.split('\n'))
const numbersOf = (segments: readonly Segment[]) => textsOf(segments).map(text => JSON.parse(text).extra.n as number)
const committed: CommitResult = { kind: 'committed' }

async function journalOver(store: JournalStore, options: Partial<GroupCommitOptions> = {}) {
  const states: string[] = []
  const journal = createGroupCommit(store, { ...world, onState: state => states.push(state), onCommit: () => undefined, ...options })
  await journal.open()
  return { journal, states }
}

describe('batches', () => {
  test('the first record goes alone and at once, whatever came meanwhile goes together and in order', async () => {
    const { store, commits } = heldStore()
    const { journal } = await journalOver(store)
    const all = [1, 2, 3, 4].map(n => journal.append(draft(n)))
    expect(commits.map(commit => numbersOf(commit.segments))).toEqual([[1]])
    commits[0]?.end(committed)
    await all[0]
    await Bun.sleep(0)
    expect(commits.map(commit => numbersOf(commit.segments))).toEqual([[1], [2, 3, 4]])
    commits[1]?.end(committed)
    expect((await Promise.all(all)).map(recorded => recorded.seq)).toEqual([1, 2, 3, 4])
  })

  test('a record handed in at any step after the one before is durable without a third', async () => {
    const { store } = heldStore(() => committed)
    const { journal } = await journalOver(store)
    for (let steps = 0; steps < 30; steps++) {
      await journal.append(draft(steps))
      for (let i = 0; i < steps; i++) await null
      const next = journal.append(draft(steps)).then(() => 'durable')
      expect(await Promise.race([next, Bun.sleep(500).then(() => `forgotten after ${steps} steps`)])).toBe('durable')
    }
  })

  test('a batch is never larger than it may be, and a stream has one segment in it', async () => {
    const { store, commits } = heldStore(() => committed)
    const { journal } = await journalOver(store, { maxBatch: 4 })
    await Promise.all(Array.from({ length: 11 }, (_, n) => journal.append(draft(n, n % 2 === 0 ? 'a' : 'b'))))
    expect(commits.map(commit => textsOf(commit.segments).length)).toEqual([1, 4, 4, 2])
    for (const { segments } of commits) expect(new Set(segments.map(segment => segment.streamId)).size).toBe(segments.length)
  })

  test('a deferred record rides with the next awaited one, alone it waits only so long', async () => {
    const { store, commits } = heldStore(() => committed)
    const { journal } = await journalOver(store, { lingerMs: 20 })
    journal.defer(draft(1))
    expect(commits).toHaveLength(0)
    await journal.append(draft(2))
    expect(commits.map(commit => numbersOf(commit.segments))).toEqual([[1, 2]])
    journal.defer(draft(3))
    await Bun.sleep(60)
    expect(commits.map(commit => numbersOf(commit.segments))).toEqual([[1, 2], [3]])
  })

  test('more than it may hold is refused, not kept', async () => {
    const { store, commits } = heldStore()
    const { journal } = await journalOver(store, { maxPending: 2 })
    const first = journal.append(draft(1))
    const kept = [journal.append(draft(2)), journal.append(draft(3))]
    expect(journal.available()).toBe(false)
    expect(await codeOf(journal.append(draft(4)))).toBe('journal_unavailable')
    journal.defer(draft(5))
    commits[0]?.end(committed)
    await first
    await Bun.sleep(0)
    commits[1]?.end(committed)
    await Promise.all(kept)
    expect(commits.flatMap(commit => numbersOf(commit.segments))).toEqual([1, 2, 3])
  })
})

describe('a record that will not do', () => {
  const poisons: readonly (readonly [string, EntryDraft])[] = [
    ['the store rejects it', { ...draft(7), target: 'poison' }],
    ['it cannot be written as JSON', { ...draft(7), extra: { n: Number.NaN } }],
    ['a number of it is none', { ...draft(7), response_code: Number.NaN }],
    ['it is deeper than the stack', { ...draft(7), extra: deep(200_000) }],
  ]
  test.each(poisons)('%s: it alone is refused, in the middle of a full batch', async (_, poison) => {
    const { store, commits } = heldStore(records =>
      records.some(text => text.includes('poison')) ? { kind: 'rejected', reason: 'poison' } : committed,
    )
    const { journal, states } = await journalOver(store)
    const drafts = Array.from({ length: 100 }, (_, n) => (n === 50 ? poison : draft(n)))
    const ends = await Promise.allSettled(drafts.map(one => journal.append(one)))
    expect(ends.flatMap((end, n) => (end.status === 'rejected' ? [[n, end.reason.code]] : []))).toEqual([[50, 'record_rejected']])
    expect(ends.flatMap(end => (end.status === 'fulfilled' ? [end.value.seq] : []))).toEqual(Array.from({ length: 99 }, (_, n) => n + 1))
    expect(states).toEqual(['open'])
    expect(commits.length).toBeLessThan(25)
  })

  test('a poisoned deferred record takes nobody with it', async () => {
    const { store } = heldStore(() => committed)
    const { journal } = await journalOver(store)
    journal.defer({ ...draft(1), extra: { n: Number.POSITIVE_INFINITY } })
    expect((await journal.append(draft(2))).seq).toBe(1)
  })
})

function deep(depth: number): { readonly n: 0; readonly deep: never } {
  let value: unknown = 0
  for (let i = 0; i < depth; i++) value = [value]
  return { n: 0, deep: value as never }
}

describe('lost effects', () => {
  const spend = (otherwise: () => EntryDraft): Effect => ({ kind: 'spend_grant', tenantId: 't', grantId: 'g', otherwise })
  const resolve: Effect = { kind: 'resolve_escalation', tenantId: 't', escalationId: 'e', status: 'denied', by: 'me', otherwise: null }

  test('the loser is written as its otherwise, those beside it as they are', async () => {
    const { store, commits } = heldStore((_, effects) =>
      effects.length > 0 ? { kind: 'lost', effects: effects.map(({ i }) => ({ i, existing: 'spent' })) } : committed,
    )
    const { journal } = await journalOver(store)
    void journal.append(draft(0))
    const beside = journal.append(draft(1))
    const loser = journal.append(
      draft(2),
      spend(() => draft(20)),
    )
    expect((await loser).lost).toEqual({ existing: 'spent' })
    expect((await beside).lost).toBeUndefined()
    expect(commits.map(commit => numbersOf(commit.segments))).toEqual([[0], [1, 2], [1, 20]])
    expect(commits.at(-1)?.effects).toEqual([])
  })

  test('a loser without an otherwise is refused, and nothing is written for it', async () => {
    const { store, commits } = heldStore((_, effects) =>
      effects.length > 0 ? { kind: 'lost', effects: [{ i: effects[0]?.i ?? 0, existing: 'approved' }] } : committed,
    )
    const { journal } = await journalOver(store)
    expect(await codeOf(journal.append(draft(1), resolve))).toBe('conflict')
    expect(commits).toHaveLength(1)
  })
})

describe('a store that is away', () => {
  test('whoever waits is refused, nothing is taken in, and it comes back by itself', async () => {
    const held = heldStore()
    const { journal, states } = await journalOver(held.store)
    const under = journal.append(draft(1))
    const waiting = journal.append(draft(2))
    held.setClaimable(false)
    held.commits[0]?.end({ kind: 'unavailable', reason: 'gone' })
    expect(await Promise.all([codeOf(under), codeOf(waiting)])).toEqual(['journal_unavailable', 'journal_unavailable'])
    expect(journal.available()).toBe(false)
    expect(await codeOf(journal.append(draft(3)))).toBe('journal_unavailable')
    held.setClaimable(true)
    while (!journal.available()) await Bun.sleep(10)
    const after = journal.append(draft(4))
    held.commits[1]?.end(committed)
    await after
    expect(states).toEqual(['open', 'down', 'open'])
    expect(held.commits.map(commit => numbersOf(commit.segments))).toEqual([[1], [4]])
    await journal.close()
  })

  test('a deferred record outlives a short absence', async () => {
    const held = heldStore()
    const { journal } = await journalOver(held.store)
    const first = journal.append(draft(1))
    journal.defer(draft(2))
    held.commits[0]?.end({ kind: 'unavailable', reason: 'gone' })
    expect(await codeOf(first)).toBe('journal_unavailable')
    while (held.commits.length < 2) await Bun.sleep(10)
    expect(numbersOf(held.commits[1]?.segments ?? [])).toEqual([2])
  })

  test('a journal that could not be opened does not go on trying', async () => {
    const held = heldStore()
    held.setClaimable(false)
    const journal = createGroupCommit(held.store, { ...world, onState: () => undefined, onCommit: () => undefined })
    expect(await codeOf(journal.open())).toBe('journal_unavailable')
    await Bun.sleep(300)
    expect(held.claims()).toBe(1)
  })

  test('a stream that moves again and again is given up, not retried for ever', async () => {
    const held = heldStore(() => ({ kind: 'moved' }))
    const { journal } = await journalOver(held.store)
    expect(await codeOf(journal.append(draft(1)))).toBe('journal_unavailable')
    expect(held.commits).toHaveLength(4)
  })
})

test('a closed journal has written everything, and takes in nothing', async () => {
  const { store, commits } = heldStore(() => committed)
  const { journal, states } = await journalOver(store)
  journal.defer(draft(1))
  await journal.close()
  expect(commits.map(commit => numbersOf(commit.segments))).toEqual([[1]])
  expect(journal.available()).toBe(false)
  expect(await codeOf(journal.append(draft(2)))).toBe('journal_unavailable')
  journal.defer(draft(3))
  await Bun.sleep(40)
  expect(commits).toHaveLength(1)
  expect(states).toEqual(['open', 'closed'])
})
