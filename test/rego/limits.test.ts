import { describe, expect, test } from 'bun:test'
import { CompileFailure, compile, EvalFailure, evaluate, toJson, type Value } from '../../server/rego/rego.ts'

function policy(body: string) {
  const compiled = compile([{ file: 'hostile.rego', text: `package hostile\n${body}` }])
  if (!compiled.ok) throw new CompileFailure(compiled.errors)
  return compiled.policy
}

/** Policies that would run for ages, or fill the memory, if nothing stopped them. */
const hostile: Readonly<Record<string, string>> = {
  'nested loops':
    'p := count([1 | some a in numbers.range(1, 3000); some b in numbers.range(1, 3000); some c in numbers.range(1, 3000); a == b; b == c])',
  'a huge range': 'p := numbers.range(1, 1000000000)',
  'a range of ranges': 'p := [r | some n in numbers.range(1, 100000); r := numbers.range(1, n)]',
  'every over every': 'p if every a in numbers.range(1, 100000) { every b in numbers.range(1, 100000) { a != 0 - b } }',
  'doubling strings': `a0 := "0123456789abcdef"\n${Array.from({ length: 30 }, (_, i) => `a${i + 1} := concat("", [a${i}, a${i}])`).join('\n')}\np := a30`,
  'doubling by replace': `a0 := "xxxxxxxxxx"\n${Array.from({ length: 10 }, (_, i) => `a${i + 1} := replace(a${i}, "x", "xxxxxxxxxx")`).join('\n')}\np := a10`,
  'doubling by sprintf': `a0 := "0123456789abcdef"\n${Array.from({ length: 30 }, (_, i) => `a${i + 1} := sprintf("%s%s", [a${i}, a${i}])`).join('\n')}\np := a30`,
  'padding by sprintf': 'p := [s | some n in numbers.range(1, 100000); s := sprintf("%99999d", [n])]',
  'doubling arrays': `a0 := [1, 2, 3, 4]\n${Array.from({ length: 30 }, (_, i) => `a${i + 1} := array.concat(a${i}, a${i})`).join('\n')}\np := a30`,
  'sharing that walks apart': `a0 := [1, 2]\n${Array.from({ length: 40 }, (_, i) => `a${i + 1} := [a${i}, a${i}]`).join('\n')}\np := count([1 | walk(a40)])`,
  'sharing that compares': `a0 := [1, 2]\nb0 := [1, 2]\n${Array.from({ length: 40 }, (_, i) => `a${i + 1} := [a${i}, a${i}]\nb${i + 1} := [b${i}, b${i}]`).join('\n')}\np if a40 == b40`,
  'sharing that prints': `a0 := [1, 2]\n${Array.from({ length: 40 }, (_, i) => `a${i + 1} := [a${i}, a${i}]`).join('\n')}\np := json.marshal(a40)`,
  'sharing that files': `a0 := [1, 2]\n${Array.from({ length: 40 }, (_, i) => `a${i + 1} := [a${i}, a${i}]`).join('\n')}\np := {a40}`,
  'big integers': `a0 := 99999999999999999999\n${Array.from({ length: 40 }, (_, i) => `a${i + 1} := bits.lsh(a${i}, 1000000)`).join('\n')}\np := a40`,
  'all addresses': 'p := net.cidr_expand("::/0")',
  'a large regex on a large text':
    'p if { t := concat("", [s | some n in numbers.range(1, 20000); s := "aaaaaaaaaa"]); some n in numbers.range(1, 1000); regex.match(sprintf("(a|aa)+(b|c){%d}$", [n]), t) }',
  'paths through a full graph':
    'g := {a: s | some a in numbers.range(1, 40); s := {b | some b in numbers.range(1, 40)}}\np := graph.reachable_paths(g, {1})',
}

describe('a hostile policy stops with an error', () => {
  for (const [name, body] of Object.entries(hostile)) {
    test(name, () => {
      const compiled = policy(body)
      const began = performance.now()
      const attempt = () => evaluate(compiled, 'data.hostile.p = x', { limits: { deadlineMs: 80 } })
      expect(attempt).toThrow(EvalFailure)
      // Far above the deadline: only a stop that does not come at all shall fail here.
      expect(performance.now() - began).toBeLessThan(2000)
    })
  }
})

describe('prototypes stay as they are', () => {
  test('keys that name parts of prototypes are keys like any other', () => {
    const compiled = policy(
      'p := {k: v | some k, v in input}\nq := object.union(input, {"__proto__": {"polluted": true}})\nr if input.constructor\ns := input.toString',
    )
    const input = JSON.parse('{"__proto__": {"polluted": 1}, "a": 1}') as Value
    const [row] = evaluate(compiled, 'data.hostile = x', { input })
    const value = toJson(row?.get('x') as Value) as Record<string, unknown>
    expect(JSON.stringify(value.p)).toBe('{"__proto__":{"polluted":1},"a":1}')
    expect(Object.keys(value).sort()).toEqual(['p', 'q'])
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })
})

describe('the parser', () => {
  const pieces = [
    'package x',
    '{',
    '}',
    '[',
    ']',
    '(',
    ')',
    '"',
    '`',
    '$"',
    '{{',
    '|',
    ':=',
    '=',
    'if',
    'some',
    'every',
    'with',
    'as',
    'not',
    'else',
    'import',
    'a',
    'b.c',
    '1',
    '1e9',
    '-',
    '\\',
    '\n',
    '#',
    ',',
    ';',
    'contains',
    'default',
    '\u0000',
    '😀',
    '"\\u12',
    'in',
  ]

  test('throws nothing on garbage', () => {
    let state = 7
    const next = (bound: number) => {
      state = (state * 1103515245 + 12345) & 0x7fffffff
      return (state >> 8) % bound
    }
    for (let round = 0; round < 3000; round++) {
      const text = `${round % 2 ? 'package x\n' : ''}${Array.from({ length: next(30) }, () => pieces[next(pieces.length)]).join(next(2) ? ' ' : '')}`
      const result = compile([{ file: 'garbage.rego', text }])
      if (!result.ok) expect(result.errors.length).toBeGreaterThan(0)
    }
  })

  test('refuses nesting without end', () => {
    for (const open of ['[', '{', '(', 'f(', '[x | x := ', '$"{', '{"a": ', 'not ', '-', 'a[']) {
      const result = compile([{ file: 'deep.rego', text: `package x\np := ${open.repeat(20000)}` }])
      expect(result.ok).toBe(false)
    }
  })

  test('refuses long chains without end', () => {
    const result = compile([{ file: 'long.rego', text: `package x\np := ${'1 + '.repeat(20000)}1` }])
    expect(result.ok).toBe(false)
  })
})
