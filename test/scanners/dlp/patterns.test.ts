import { describe, expect, test } from 'bun:test'
import { createScanner } from '../../../server/scanners/dlp/dlp.ts'
import { patterns } from '../../../server/scanners/dlp/patterns.ts'

const scanner = createScanner()

describe.each(patterns.map(row => [row.name, row] as const))('%s', (name, row) => {
  test.each([...row.examples.yes])('is found in example %#', text => {
    const findings = scanner.scan({ note: `Before: ${text} and after.` })
    expect(findings.map(finding => finding.pattern)).toEqual([name])
    expect(findings[0]).toMatchObject({ severity: row.severity, category: row.category, field: '/note' })
  })

  test.each([...row.examples.no])('is not found in counterexample %#', text => {
    expect(scanner.scan({ note: text }).filter(finding => finding.pattern === name)).toEqual([])
  })

  test('has its proof and a global pattern', () => {
    expect(row.examples.yes).not.toBeEmpty()
    expect(row.examples.no).not.toBeEmpty()
    expect(row.pattern.flags).toContain('g')
  })
})

test('names are unique', () => {
  expect(new Set(patterns.map(row => row.name)).size).toBe(patterns.length)
})

const hostile = [
  'a',
  '1',
  '1 ',
  '1111 ',
  ' 4111-',
  'eyJ',
  'eyJhbGciOiJI.',
  'eyJhbGciOiJI.eyJhbGciOiJI.',
  'a://',
  'a://b:',
  'a:',
  'AB12',
  'DE89 ',
  'sk-',
  'ghp_',
  'xoxb-',
  '-----BEGIN PRIVATE KEY-----',
  '-----BEGIN ',
  '123-45-',
  '.',
  '-',
  'AKIA',
  ' ',
] as const

test.each(hostile)('a megabyte of %j ends', piece => {
  expect(scanner.scan(piece.repeat(2 ** 20 / piece.length))).toBeArray()
})
