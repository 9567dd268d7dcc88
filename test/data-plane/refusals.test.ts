import { expect, test } from 'bun:test'
import { createRefusals, type RefusalNote } from '../../server/data-plane/refusals.ts'
import { createSessionWindow } from '../../server/data-plane/session-window.ts'
import type { EntryDraft } from '../../server/domain/entry.ts'
import { defaultTenantId } from '../../server/domain/snapshot.ts'

function stage() {
  const records: EntryDraft[] = []
  const time = { monotonic: 0 }
  const journal = {
    append: () => Promise.reject(new Error('not here')),
    defer: (draft: EntryDraft) => void records.push(draft),
    available: () => true,
  }
  return { records, time, refusals: createRefusals(journal, { now: () => 0, monotonic: () => time.monotonic }) }
}

const stranger: RefusalNote = { tenantId: defaultTenantId, address: '192.0.2.1', code: 'token_invalid', method: 'tools/call', serverId: '' }

test('the first of a kind is recorded at once, the rest of its minute as one count', () => {
  const { records, refusals } = stage()
  for (let i = 0; i < 500; i++) refusals.note(stranger)
  expect(records).toEqual([
    {
      tenant_id: defaultTenantId,
      event_type: 'request.refused',
      mcp_server: '',
      error: 'token_invalid',
      extra: { address: '192.0.2.1', count: 1, method: 'tools/call' },
    },
  ])
  refusals.flush()
  expect(records.map(({ extra }) => extra?.count)).toEqual([1, 499])
  refusals.flush()
  expect(records).toHaveLength(2)
})

test('without a flush the count is written when the next minute begins, and none is lost', () => {
  const { records, refusals, time } = stage()
  for (const at of [0, 1, 59_999, 60_000, 60_001, 200_000]) {
    time.monotonic = at
    refusals.note(stranger)
  }
  refusals.flush()
  expect(records.reduce((sum, { extra }) => sum + Number(extra?.count), 0)).toBe(6)
  expect(records.map(({ extra }) => extra?.count)).toEqual([1, 2, 1, 1, 1])
})

test('an agent is told apart by its id wherever it comes from, a stranger by address, both by reason', () => {
  const { records, refusals } = stage()
  const agent = { ...stranger, agentId: 'a1' }
  for (const note of [
    agent,
    { ...agent, address: '192.0.2.9' },
    stranger,
    { ...stranger, address: '192.0.2.2' },
    { ...stranger, code: 'token_missing' as const },
  ])
    refusals.note(note)
  expect(records).toHaveLength(4)
})

test.each([
  ['addresses', (i: number): RefusalNote => ({ ...stranger, address: `10.0.${i >> 8}.${i & 255}` })],
  ['agents', (i: number): RefusalNote => ({ ...stranger, agentId: `agent-${i}` })],
])('a flood of %s adds no kinds without end, and every refusal is still counted', (_, noteOf) => {
  const { records, refusals } = stage()
  refusals.note(stranger)
  for (let i = 0; i < 12_000; i++) refusals.note(noteOf(i))
  refusals.note(stranger)
  expect(records.length).toBeLessThanOrEqual(5_001)
  expect(records.at(-1)?.extra?.address).toBe('many')
  refusals.flush()
  expect(records.reduce((sum, { extra }) => sum + Number(extra?.count), 0)).toBe(12_002)
  expect(records.filter(({ extra }) => extra?.address === '192.0.2.1').length).toBeGreaterThanOrEqual(2)
})

test('the session window counts calls and denials, and forgets the longest unused first', () => {
  const window = createSessionWindow()
  window.note('kept', true)
  for (let i = 0; i < 30_000; i++) {
    window.note(`s${i}`, false)
    if (i % 5_000 === 0) window.note('kept', false)
  }
  expect(window.counts('kept')).toEqual({ calls: 7, denied: 1 })
  expect(window.counts('s0')).toEqual({ calls: 0, denied: 0 })
  expect(window.counts('s29999')).toEqual({ calls: 1, denied: 0 })
})
