import { expect, test } from 'bun:test'
import { createRedactor } from '../../cli/redactor.ts'

const pem = '-----BEGIN PRIVATE KEY-----\nMIIabc\n-----END PRIVATE KEY-----'
const redact = createRedactor([pem, 'postgresql://app:p%40ss%2Fword%ff@db/x', 'hunter2-hunter2', 'on', ''])

test.each([
  ['a value', 'the key hunter2-hunter2 is wrong', 'the key [secret] is wrong'],
  ['twice', 'hunter2-hunter2hunter2-hunter2', '[secret][secret]'],
  ['as JSON', JSON.stringify({ key: pem }), '{"key":"[secret]"}'],
  ['a whole URL', 'connect postgresql://app:p%40ss%2Fword%ff@db/x', 'connect [secret]'],
  ['its password, encoded', 'password p%40ss%2Fword%ff', 'password [secret]'],
  ['what is too short to be one', 'once upon', 'once upon'],
])('%s', (_, text, expected) => {
  expect(redact(text)).toBe(expected)
})
