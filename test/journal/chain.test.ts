import { describe, expect, test } from 'bun:test'
import type { EntryDraft } from '../../server/domain/entry.ts'
import { chain, emptyHead, genesis, linkHash, streamIdOf } from '../../server/journal/chain.ts'
import { sha256Hex } from '../../server/json/digest.ts'

const tenantId = '00000000-0000-7000-8000-000000000001'
const id = '01900000-0000-7000-8000-00000000000a'
const now = Date.UTC(2026, 0, 2, 3, 4, 5, 6)

const full: EntryDraft = {
  tenant_id: tenantId,
  event_type: 'tool_call.decision',
  request_id: '01900000-0000-7000-8000-00000000000b',
  agent_id: '01900000-0000-7000-8000-00000000000c',
  session_id: '01900000-0000-7000-8000-00000000000d',
  action: 'write',
  target: '/srv/notes/ä€😀"\\.md',
  tool_name: 'write_file',
  mcp_server: 'files',
  policy_result: 'restrict',
  policy_id: 'base',
  policy_reason: 'Line one\nline two\ttab',
  policy_revision: 'r1',
  reasons: [{ source: 'base', decision: 'restrict', reason_code: 'x', reason: 'y', profile: 'z' }],
  risk_tier: 'low',
  behavioral_score: 12.5,
  dlp_findings: [],
  input_hash: 'ab'.repeat(32),
  latency_ms: 0.001,
  extra: { z: 1e21, a: [true, null, -0], é: {} },
}

describe('record format 1', () => {
  // The stored format: these literals must hold for ever, or journals that exist stop verifying.
  test('a fixed draft has exactly this text and these hashes', () => {
    const first = chain(full, id, streamIdOf(3, tenantId), emptyHead, now)
    expect(first.text).toBe(
      '{"action":"write","agent_id":"01900000-0000-7000-8000-00000000000c","behavioral_score":12.5,"dlp_findings":[],"event_type":"tool_call.decision","extra":{"a":[true,null,0],"z":1e+21,"é":{}},"id":"01900000-0000-7000-8000-00000000000a","input_hash":"abababababababababababababababababababababababababababababababab","latency_ms":0.001,"mcp_server":"files","policy_id":"base","policy_reason":"Line one\\nline two\\ttab","policy_result":"restrict","policy_revision":"r1","reasons":[{"decision":"restrict","profile":"z","reason":"y","reason_code":"x","source":"base"}],"request_id":"01900000-0000-7000-8000-00000000000b","risk_tier":"low","seq":1,"session_id":"01900000-0000-7000-8000-00000000000d","stream_id":"3.00000000-0000-7000-8000-000000000001","target":"/srv/notes/ä€😀\\"\\\\.md","tenant_id":"00000000-0000-7000-8000-000000000001","timestamp":"2026-01-02T03:04:05.006Z","tool_name":"write_file","v":1}',
    )
    expect(first.head).toEqual({ seq: 1, hash: '7b4b11767f46d700e818e48d13576ade066d52086f293e0a9ec5addd349b7b56' })
    const second = chain({ tenant_id: tenantId, event_type: 'appliance.started' }, id, streamIdOf(3, tenantId), first.head, now)
    expect(second.text).toBe(
      '{"event_type":"appliance.started","id":"01900000-0000-7000-8000-00000000000a","seq":2,"stream_id":"3.00000000-0000-7000-8000-000000000001","tenant_id":"00000000-0000-7000-8000-000000000001","timestamp":"2026-01-02T03:04:05.006Z","v":1}',
    )
    expect(second.head).toEqual({ seq: 2, hash: 'a5fc28cfb86dd492ad049b6ee08357294b1e46bc96d3b17f56afef401c1834d9' })
  })

  test('the hash is SHA-256 of the text followed by the hash before, GENESIS at first', () => {
    const { text, head } = chain(full, id, '0.x', emptyHead, now)
    expect(head.hash).toBe(sha256Hex(`${text}${genesis}`))
    expect(linkHash(text, 'abc')).toBe(new Bun.CryptoHasher('sha256').update(`${text}abc`).digest('hex'))
  })

  test('a field that is not given is absent, not null', () => {
    const { text } = chain({ tenant_id: tenantId, event_type: 'mcp.request' }, id, '0.x', emptyHead, now)
    expect(Object.keys(JSON.parse(text))).toEqual(['event_type', 'id', 'seq', 'stream_id', 'tenant_id', 'timestamp', 'v'])
  })
})

describe('what PostgreSQL cannot store becomes visible text', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['NUL', 'a\0b', 'a\\u0000b'],
    ['two NULs', '\0\0', '\\u0000\\u0000'],
    ['a lone high surrogate', 'x\ud800y', 'x\\ud800y'],
    ['a lone low surrogate', '\udc00', '\\udc00'],
    ['surrogates the wrong way round', '\udc00\ud800', '\\udc00\\ud800'],
    ['the escape as literal text', '\\u0000', '\\u0000'],
    ['a backslash before a NUL', '\\\0', '\\\\u0000'],
    ['two backslashes before a lone surrogate', '\\\\\udfff', '\\\\\\udfff'],
    ['a whole pair', '😀', '😀'],
    ['literal text that looks like a surrogate', '\\ud83d', '\\ud83d'],
    ['other control characters', '\u0001\u001f\u007f\u2028', '\u0001\u001f\u007f\u2028'],
  ]
  test.each(cases)('%s', (_, value, stored) => {
    const { text } = chain({ tenant_id: tenantId, event_type: 'mcp.request', target: value }, id, '0.x', emptyHead, now)
    expect(JSON.parse(text).target).toBe(stored)
    expect(text).not.toMatch(/[\n\r\0]/)
  })

  test('in keys too, at any depth', () => {
    const draft = { tenant_id: tenantId, event_type: 'mcp.request', extra: { a: [{ 'k\0': '\ud800' }] } } as const
    const { text } = chain(draft, id, '0.x', emptyHead, now)
    expect(JSON.parse(text).extra).toEqual({ a: [{ 'k\\u0000': '\\ud800' }] })
  })
})
