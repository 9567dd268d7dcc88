import { describe, expect, test } from 'bun:test'
import type { Json } from '../../../server/domain/json.ts'
import { parseJson } from '../../../server/json/parse.ts'
import { createScanner } from '../../../server/scanners/dlp/dlp.ts'
import { redact } from '../../../server/scanners/redact.ts'

const scanner = createScanner()
const token = `${'ghp'}_Q7rT2mZ9vK4sX1pL8nB5cW3yH6dF0gJqEaUi`
const card = '4111111111111111'

const cases: readonly (readonly [string, Json, readonly string[], Json])[] = [
  ['a text', token, ['github_token '], '[REDACTED:github_token]'],
  ['fields and items', { a: ['x', { b: `t=${token};` }] }, ['github_token /a/1/b'], { a: ['x', { b: 't=[REDACTED:github_token];' }] }],
  ['a number', { pan: Number(card) }, ['credit_card /pan'], { pan: '[REDACTED:credit_card]' }],
  [
    'two in one text',
    { t: `${card}, ${token}` },
    ['github_token /t', 'credit_card /t'],
    { t: '[REDACTED:credit_card], [REDACTED:github_token]' },
  ],
  ['a key', { [token]: { x: 1 } }, ['github_token /[REDACTED:github_token]'], { '[REDACTED:github_token]': { x: 1 } }],
  [
    'a key and what lies below it',
    { [token]: { [card]: token } },
    [
      'github_token /[REDACTED:github_token]',
      'credit_card /[REDACTED:github_token]/[REDACTED:credit_card]',
      'github_token /[REDACTED:github_token]/[REDACTED:credit_card]',
    ],
    { '[REDACTED:github_token]': { '[REDACTED:credit_card]': '[REDACTED:github_token]' } },
  ],
  [
    'keys that look alike afterwards',
    { [`a${card.replace('4', ' 4')}`]: 1, [`${card}`]: 2, '5500005555555559': 3 },
    ['credit_card /[REDACTED:credit_card]', 'credit_card /[REDACTED:credit_card]', 'credit_card /a [REDACTED:credit_card]'],
    { '[REDACTED:credit_card]': 2, '[REDACTED:credit_card]#2': 3, 'a [REDACTED:credit_card]': 1 },
  ],
  ['pointer escapes', { 'a/b~c': token }, ['github_token /a~1b~0c'], { 'a/b~c': '[REDACTED:github_token]' }],
  ['a long key', { ['k'.repeat(100)]: token }, [`github_token /${'k'.repeat(64)}`], { ['k'.repeat(100)]: '[REDACTED:github_token]' }],
  ['clean values', { a: 'hello', b: [1, null, true, 123456789, { c: '' }] }, [], { a: 'hello', b: [1, null, true, 123456789, { c: '' }] }],
  ['__proto__', JSON.parse(`{"__proto__":"${token}"}`), ['github_token /__proto__'], JSON.parse('{"__proto__":"[REDACTED:github_token]"}')],
]

describe('dlp', () => {
  test.each(cases)('%s', (_, value, expected, redacted) => {
    const findings = scanner.scan(value)
    expect(findings.map(finding => `${finding.pattern} ${finding.field}`).toSorted()).toEqual([...expected].toSorted())
    expect(JSON.stringify(findings)).not.toContain(token)
    expect(JSON.stringify(findings)).not.toContain(card)
    const before = JSON.stringify(value)
    expect(redact(value, findings)).toEqual(redacted)
    expect(JSON.stringify(value)).toBe(before)
  })

  test('a finding says where and shows a sample', () => {
    expect(scanner.scan({ t: `see ${token}` })).toEqual([
      { pattern: 'github_token', severity: 'critical', category: 'credential', field: '/t', offset: 4, length: 40, sample: 'ghp***aUi' },
    ])
  })

  test('only the findings given are redacted', () => {
    const value = { t: `${card} ${token}` }
    const credentials = scanner.scan(value).filter(finding => finding.category === 'credential')
    expect(redact(value, credentials)).toEqual({ t: `${card} [REDACTED:github_token]` })
    expect(redact(value, [])).toBe(value)
  })
})

describe('bounds', () => {
  const codes = (value: Json) => scanner.scan(value).map(finding => `${finding.pattern} ${finding.severity}`)

  test('a megabyte is looked at, one more character is a finding', () => {
    expect(codes({ a: 'x'.repeat(2 ** 20 - 1) })).toEqual([])
    expect(codes({ a: 'x'.repeat(2 ** 20) })).toEqual(['unscanned_text high'])
    expect(codes(['x'.repeat(2 ** 20), token])).toEqual(['unscanned_text high'])
    expect(codes([token, 'x'.repeat(2 ** 20)])).toEqual(['github_token critical', 'unscanned_text high'])
    expect(codes({ ['k'.repeat(2 ** 20 + 1)]: '' })).toEqual(['unscanned_text high'])
  })

  test('too deep is a finding, not a crash', () => {
    let deep: Json = token
    for (let i = 0; i < 100_000; i++) deep = [deep]
    expect(codes(deep)).toEqual(['unscanned_text high'])
    expect(codes(parseJson(`${'['.repeat(128)}"x"${']'.repeat(128)}`).value)).toEqual([])
  })

  test('too many findings are a finding', () => {
    const findings = scanner.scan(Array.from({ length: 2000 }, () => card))
    expect(findings).toHaveLength(1001)
    expect(findings.at(-1)?.pattern).toBe('unscanned_text')
  })

  test('many keys are no burden', () => {
    expect(codes(Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`k${i}`, i])))).toEqual([])
  })
})
