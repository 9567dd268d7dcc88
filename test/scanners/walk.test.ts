import { expect, test } from 'bun:test'
import type { Json } from '../../server/domain/json.ts'
import { pointerOf, walk } from '../../server/scanners/walk.ts'

function shown(value: Json, maxUnits = 1000, maxDepth = 10): { readonly complete: boolean; readonly texts: readonly string[] } {
  const texts: string[] = []
  const visitor = {
    key: (text: string) => {
      texts.push(`key ${text}`)
      return text
    },
    value: (text: string, path: Parameters<typeof pointerOf>[0]) => {
      texts.push(`${pointerOf(path)} ${text}`)
    },
  }
  return { complete: walk(value, visitor, { maxUnits, maxDepth }), texts }
}

const cases: readonly (readonly [Json, number, number, boolean, readonly string[]])[] = [
  ['x', 9, 9, true, [' x']],
  [null, 9, 9, true, []],
  [[true, 1, 99_999_999, -123_456_789, 1e300], 99, 9, true, ['/3 -123456789', '/4 1e+300']],
  [{ a: { '': ['x'] } }, 9, 9, true, ['key a', 'key ', '/a//0 x']],
  [{ '~/': 'x' }, 9, 9, true, ['key ~/', '/~0~1 x']],
  [['abc', 'def', 'ghi'], 5, 9, false, ['/0 abc', '/1 de']],
  [['abc', 'de'], 5, 9, true, ['/0 abc', '/1 de']],
  [{ abc: 'x' }, 2, 9, false, ['key ab']],
  [[['x']], 9, 3, true, ['/0/0 x']],
  [[[['x']], 'y'], 9, 3, false, []],
]

test.each(cases)('%j within %d units and depth %d', (value, maxUnits, maxDepth, complete, texts) => {
  expect(shown(value, maxUnits, maxDepth)).toEqual({ complete, texts: [...texts] })
})
