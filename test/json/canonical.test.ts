import { describe, expect, test } from 'bun:test'
import type { Json } from '../../server/domain/json.ts'
import { canonicalJson } from '../../server/json/canonical.ts'
import { parseJson } from '../../server/json/parse.ts'

/** RFC 8785 appendix B, and the borders of ECMAScript's number form. */
const numbers: readonly (readonly [number, string])[] = [
  [0, '0'],
  [-0, '0'],
  [5e-324, '5e-324'],
  [-5e-324, '-5e-324'],
  [Number.MAX_VALUE, '1.7976931348623157e+308'],
  [9007199254740992, '9007199254740992'],
  [295147905179352830000, '295147905179352830000'],
  [9.999999999999997e22, '9.999999999999997e+22'],
  [1e23, '1e+23'],
  [1.0000000000000001e23, '1.0000000000000001e+23'],
  [999999999999999700000, '999999999999999700000'],
  [1e21, '1e+21'],
  [1e20, '100000000000000000000'],
  [9.999999999999997e-7, '9.999999999999997e-7'],
  [0.000001, '0.000001'],
  [333333333.3333332, '333333333.3333332'],
  [-0.0000033333333333333333, '-0.0000033333333333333333'],
  [1424953923781206.2, '1424953923781206.2'],
]

const documents: readonly (readonly [string, string])[] = [
  ['{"b":1,"a":2}', '{"a":2,"b":1}'],
  ['[ ]', '[]'],
  ['{ }', '{}'],
  ['{"a":[{"z":1,"y":[]},{}],"B":null}', '{"B":null,"a":[{"y":[],"z":1},{}]}'],
  ['{"10":1,"9":2,"-":3,"1a":4}', '{"-":3,"10":1,"1a":4,"9":2}'],
  ['{"2":0,"10":0}', '{"10":0,"2":0}'],
  [
    '{"\\u20ac":"Euro Sign","\\r":"CR","\\ufb33":"Dalet","1":"One","\\ud83d\\ude00":"Smile","\\u0080":"Control","\\u00f6":"o"}',
    '{"\\r":"CR","1":"One","\u0080":"Control","ö":"o","€":"Euro Sign","😀":"Smile","\ufb33":"Dalet"}',
  ],
  ['"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/"', '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'],
  ['"\\b\\f\\n\\r\\t\\u0000\\u001f\\u007f\\u2028"', '"\\b\\f\\n\\r\\t\\u0000\\u001f\u007f\u2028"'],
  ['["\\ud800","\\udc00x","\\ud83d\\ude00"]', '["\\ud800","\\udc00x","😀"]'],
  ['{"__proto__":{"b":1,"a":1},"toJSON":"x"}', '{"__proto__":{"a":1,"b":1},"toJSON":"x"}'],
  ['[1.0,1e2,0.10,-0,1E-7]', '[1,100,0.1,0,1e-7]'],
]

describe('canonicalJson', () => {
  test.each(numbers)('number %d', (value, text) => {
    expect(canonicalJson(value)).toBe(text)
    expect(canonicalJson({ b: value, a: [value] })).toBe(`{"a":[${text}],"b":${text}}`)
  })

  test.each(documents)('%s', (text, canonical) => {
    expect(canonicalJson(parseJson(text).value)).toBe(canonical)
    expect(canonicalJson(parseJson(canonical).value)).toBe(canonical)
  })

  test('is always valid UTF-8', () => {
    expect(canonicalJson({ b: '\ud800', a: '\udfff' }).isWellFormed()).toBe(true)
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY, undefined, 1n])('refuses %p', value => {
    const hidden = { b: [{ d: value, c: 1 }], a: 1 } as unknown as Json
    expect(() => canonicalJson(value as unknown as Json)).toThrow(TypeError)
    expect(() => canonicalJson(hidden)).toThrow(TypeError)
    expect(() => canonicalJson([value] as unknown as Json)).toThrow(TypeError)
  })
})
