import { expect, test } from 'bun:test'
import { peekId } from '../../../server/mcp/front/peek-id.ts'

test.each([
  ['first', '{"id":9,"a":1,"a":2}', 9],
  ['last', '{"method":"x","params":{"id":1},"id":"r-1"}', 'r-1'],
  ['too deep further on', `{"jsonrpc":"2.0","id":9,"params":${'['.repeat(50_000)}`, 9],
  ['cut off', '{"id":9,"params":{"text":"aaaa', 9],
  ['an escape in it', '{"id":"a\\u0062","x"', 'ab'],
  ['text that looks like one', '{"text":"{\\"id\\":1}","x":{"id":2}}', null],
  ['twice', '{"id":1,"id":2}', null],
  ['twice, by an escape', '{"id":1,"\\u0069d":2}', null],
  ['twice, by case', '{"id":1,"ID":2}', null],
  ['null', '{"id":null,', null],
  ['a fraction', '{"id":1.5,', null],
  ['an object', '{"id":{"id":1},', null],
  ['a list', '[{"id":1}]', null],
  ['nothing', '', null],
  ['not JSON', 'id: 9', null],
  ['an endless string', `{"text":"${'\\"'.repeat(500_000)}`, null],
])('%s', (_, text, id) => {
  expect(peekId(text)).toBe(id)
})
