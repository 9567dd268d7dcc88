import { expect, test } from 'bun:test'
import { knownMethod } from '../../server/data-plane/known-method.ts'

test.each([
  ['tools/call', 'tools/call'],
  ['notifications/initialized', 'notifications/initialized'],
  ['', ''],
  ['tools/execute', 'other'],
  [`ghp_${'a'.repeat(36)}`, 'other'],
  ['constructor', 'other'],
])('%s is kept as %p', (method, kept) => {
  expect(knownMethod(method)).toBe(kept)
})
