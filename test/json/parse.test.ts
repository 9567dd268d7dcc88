import { describe, expect, test } from 'bun:test'
import { Failure, type FailureCode } from '../../server/domain/failure.ts'
import type { JsonObject } from '../../server/domain/json.ts'
import { type ParseLimits, parseJson } from '../../server/json/parse.ts'

function refusalOf(text: string, limits?: ParseLimits): Failure {
  try {
    parseJson(text, limits)
  } catch (error) {
    if (error instanceof Failure) return error
    throw error
  }
  throw new Error(`accepted: ${text.slice(0, 80)}`)
}

const accepted: readonly string[] = [
  ...['null', 'true', 'false', '0', '-0', '1', '-1', '""', '[]', '{}', ' \t\r\n[ ] \n', '[1,2,3]', '[[],[[]]]', '{"a":{"b":[{}]}}'],
  ...['1.0', '1e2', '1E+2', '1e-2', '0.1', '0e999999', '0.0e-999999', '123456789012345680000', '9007199254740992', '1e308', '5e-324'],
  ...['1.7976931348623157e308', '2.2250738585072014e-308', '0.30000000000000004', '100000000000000000000000', '0.000001', '1.50e1'],
  ...['123456789012345', '999999999999999', '-123456789012345', '1.10', '1234567890123450000e-3', '1e23'],
  ...['"\\"\\\\\\/\\b\\f\\n\\r\\t"', '"\\u0041\\ud83d\\ude00"', '"\\ud800"', '"\\u0000"', '"\u007f\u2028\ufeff"', '"é😀"', '{"":0}'],
  ...[
    `"${'long '.repeat(40)}\\n${'tail '.repeat(40)}"`,
    '{"A":1,"b":2}',
    '{"a":[{"K":1},{"k":1}]}',
    '{"toString":1,"constructor":2,"hasOwnProperty":3}',
  ],
]

const malformed: readonly string[] = [
  ...[
    '',
    ' ',
    '\ufeff{}',
    '{}\ufeff',
    '{} {}',
    'nul',
    'nulll',
    'True',
    'NaN',
    'Infinity',
    '-Infinity',
    'undefined',
    "'a'",
    '//x',
    '{}/*x*/',
  ],
  ...['01', '-01', '00', '-', '+1', '.5', '1.', '1.e2', '1e', '1e+', '0x10', '1_000', '--1', '1e2.5', '١'],
  ...[
    '"',
    '"a',
    '"\\"',
    '"\\x41"',
    '"\\u12"',
    '"\\u12g4"',
    '"\\',
    '"\n"',
    '"\u0000"',
    '"a\tb"',
    `"${'x'.repeat(64)}\u0001"`,
    `"${'x'.repeat(64)}`,
  ],
  ...[
    '[',
    '[1',
    '[1,',
    '[1,]',
    '[,1]',
    '[1 2]',
    '[1}',
    ']',
    '{',
    '{"a"',
    '{"a":',
    '{"a":1',
    '{"a":1,',
    '{"a":1,}',
    '{,}',
    '{a:1}',
    '{1:1}',
  ],
  ...['{"a" 1}', '{"a":1 "b":2}', '{"a":1]', '{"a"::1}', '}', '\u00a0[]', '\u000b[]', '[\u2003]', 'null\u0000', '{"a\\q":1}', '"\\U0041"'],
]

const refused: readonly (readonly [FailureCode, string])[] = [
  ['duplicate_key', '{"a":1,"a":1}'],
  ['duplicate_key', '{"a":1,"\\u0061":2}'],
  ['duplicate_key', '[[[[[{"x":{"a":null,"b":1,"a":null}}]]]]]'],
  ['duplicate_key', '{"__proto__":1,"__proto__":2}'],
  ['duplicate_key', '{"0":1,"0":2}'],
  ['duplicate_key', '{"":1,"":2}'],
  ['duplicate_key', '{"method":1,"Method":2}'],
  ['duplicate_key', '{"params":{"name":1,"NAME":2}}'],
  ['duplicate_key', '{"params":{"arguments":{"path":1,"Path":2}}}'],
  ['duplicate_key', '{"k":1,"\u212a":2}'],
  ['duplicate_key', '{"s":1,"\u017f":2}'],
  ['duplicate_key', '{"strasse":1,"straße":2}'],
  ['duplicate_key', '{"ας":1,"ασ":2}'],
  ['invalid_request', '{"a\\u0000":1}'],
  ['invalid_request', '[[[[[[{"a\\u0000b":1}]]]]]]'],
  ['invalid_request', '{"\\ud800":1}'],
  ['invalid_request', '{"\\udc00\\ud800":1}'],
  ['invalid_request', '{"a":[{"b":{"c":{"\\ud83d x":1}}}]}'],
  ['invalid_request', '{"\ud800":1}'],
  ...[
    '9007199254740993',
    '1e400',
    '-1e400',
    '1e-400',
    '0.1000000000000000055511151231257827',
    '123456789012345678',
    '0.12345678901234567890',
  ].map(lexeme => ['inexact_number', lexeme] as const),
  ...['1e99999999999999999999', '9007199254740993.0', '900719925474099.3e1', '2.4703282292062327e-324', `1${'0'.repeat(400)}`].map(
    lexeme => ['inexact_number', `{"deep":[[[[${lexeme}]]]]}`] as const,
  ),
]

describe('parseJson', () => {
  test.each(accepted)('accepts %j as the runtime does', text => {
    expect(parseJson(text).value).toEqual(JSON.parse(text))
  })

  test.each(malformed)('refuses %j', text => {
    expect(() => JSON.parse(text)).toThrow()
    expect(refusalOf(text).code).toBe('parse_error')
  })

  test.each(refused)('refuses with %s: %j', (code, text) => {
    expect(refusalOf(text).code).toBe(code)
  })

  test('a refusal says where and repeats nothing', () => {
    const error = refusalOf('{"password":"hunter2" oops}')
    expect(error.details).toEqual({ offset: 22 })
    expect(`${error.message}${JSON.stringify(error.details)}${error.cause}`).not.toContain('hunter2')
    expect(refusalOf('"hunter2\\q"').cause).toBeUndefined()
  })

  test('objects have no prototype, and __proto__ is a key like any other', () => {
    const value = parseJson('{"__proto__":{"admin":true},"a":{}}').value as JsonObject
    expect(Object.keys(value)).toEqual(['__proto__', 'a'])
    expect(Object.getPrototypeOf(value)).toBeNull()
    expect(Object.getPrototypeOf(value.a)).toBeNull()
    expect(value.admin).toBeUndefined()
    expect(({} as { admin?: true }).admin).toBeUndefined()
  })

  test('folding ends below the arguments, and can be moved', () => {
    const text = '{"a":{"b":{"c":{"d":1,"D":2}}}}'
    expect(parseJson(text).value).toEqual(JSON.parse(text))
    expect(refusalOf(text, { foldDepth: 4 }).code).toBe('duplicate_key')
    expect(parseJson('{"d":1,"D":2}', { foldDepth: 0 }).value).toEqual({ d: 1, D: 2 })
    expect(refusalOf('{"d":1,"d":2}', { foldDepth: 0 }).code).toBe('duplicate_key')
  })
})

describe('textOf', () => {
  const text = ' {"id": 1.0, "params": {"name":"t", "arguments": { "n": 1.0, "o": {"x":[]} } } } '
  const parsed = parseJson(text)
  const root = parsed.value as JsonObject
  const params = root.params as JsonObject
  const args = params.arguments as JsonObject

  test('gives the very text of envelope, params and arguments', () => {
    expect(parsed.text).toBe(text)
    expect(parsed.textOf(root)).toBe(text.trim())
    expect(parsed.textOf(params)).toBe('{"name":"t", "arguments": { "n": 1.0, "o": {"x":[]} } }')
    expect(parsed.textOf(args)).toBe('{ "n": 1.0, "o": {"x":[]} }')
  })

  test('knows neither what lies deeper nor strangers', () => {
    expect(parsed.textOf(args.o as JsonObject)).toBeUndefined()
    expect(parsed.textOf({})).toBeUndefined()
  })
})

describe('hostile sizes', () => {
  test.each(['[', '{"a":', '[{"a":'])('100,000 times %j is too deep, not a crash', opening => {
    expect(refusalOf(opening.repeat(100_000)).code).toBe('too_deep')
    expect(refusalOf(opening.repeat(100_000), { maxDepth: 1e9 }).code).toBe('too_deep')
  })

  test('depth is exact', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
    expect(parseJson(nested(128)).value).toEqual(JSON.parse(nested(128)))
    expect(refusalOf(nested(129)).code).toBe('too_deep')
    expect(parseJson(nested(1024), { maxDepth: 1e9 }).value).toBeArray()
    expect(refusalOf('[[]]', { maxDepth: 1 }).code).toBe('too_deep')
  })

  test('a million keys, and one of them twice', () => {
    const members = Array.from({ length: 1_000_000 }, (_, i) => `"key${i}":${i}`)
    expect(Object.keys(parseJson(`{${members.join(',')}}`).value as JsonObject)).toHaveLength(1_000_000)
    expect(refusalOf(`{${members.join(',')},"key77":0}`).code).toBe('duplicate_key')
  })

  test('a million sparse integer keys, a million escapes, a million digits', () => {
    const members = Array.from({ length: 1_000_000 }, (_, i) => `"${(i * 2_654_435_761) % 4_294_967_291}":0`)
    expect(Object.keys(parseJson(`{${members.join(',')}}`).value as JsonObject)).toHaveLength(1_000_000)
    expect(parseJson(`"${'\\n'.repeat(1_000_000)}"`).value).toBe('\n'.repeat(1_000_000))
    expect(refusalOf('7'.repeat(1_000_000)).code).toBe('inexact_number')
    expect(parseJson(`0.${'0'.repeat(1_000_000)}`).value).toBe(0)
  })
})

describe('numbers that no double holds, in what is only passed on', () => {
  const lexemes = ['9007199254740993', '1e400', '0.1000000000000000055511151231257827', '-12345678901234567890.5']

  test.each(lexemes)('%s is written again as it came', lexeme => {
    const { value } = parseJson(`{"id":${lexeme}}`, { inexact: 'keep' })
    expect(JSON.stringify(value)).toBe(`{"id":${lexeme}}`)
  })

  test('others are plain numbers', () => {
    expect(parseJson('[1,0.5,1e2]', { inexact: 'keep' }).value).toEqual([1, 0.5, 100])
  })
})
