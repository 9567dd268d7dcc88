import { describe, expect, test } from 'bun:test'
import { CompileFailure, compile, EvalFailure, evaluate, toJson, type Value } from '../../server/rego/rego.ts'

function meaning(body: string, input?: Value, strict = true): unknown {
  const compiled = compile([{ file: 'story.rego', text: `package story\n${body}` }])
  if (!compiled.ok) throw new CompileFailure(compiled.errors)
  const [row] = evaluate(compiled.policy, 'data.story.p = x', { ...(input === undefined ? {} : { input }), strictBuiltinErrors: strict })
  const value = row?.get('x')
  return value === undefined ? undefined : toJson(value)
}

/** What a rule `p` is, as the reference says it must be. */
const stories: readonly (readonly [name: string, body: string, expected: unknown])[] = [
  ['undefined is not false', 'p if input.missing', undefined],
  ['null is a value and no default', 'default p := 1\np := null if true', null],
  ['an else chain takes the first that holds', 'p := 1 if false else := 2 if true else := 3', 2],
  ['a partial set is sorted', 'p contains x if some x in [3, 1, 2]', [1, 2, 3]],
  ['a partial object collects', 'p[k] := v if some k, v in {"a": 1, "b": 2}', { a: 1, b: 2 }],
  ['ref heads nest', 'p.a.b := 1\np.a.c := 2', { a: { b: 1, c: 2 } }],
  ['statements find their order', 'p if { y > 1; y = x; x = 2 }', true],
  ['every needs all', 'p if every x in [1, 2] { x > 1 }', undefined],
  ['with replaces the input', 'q := input.x\np := x if x := q with input as {"x": 7}', 7],
  ['with replaces a builtin', 'p := x if x := count([1]) with count as 42', 42],
  ['with replaces a builtin by a function', 'f(_) := 5\np := x if x := count([1]) with count as f', 5],
  ['strings interpolate', 'p := $"{1 + 1} and {input.none}"', '2 and <undefined>'],
  ['integers are exact beyond 2^53', 'p := 9007199254740993 == 9007199254740992', false],
  ['decimals add as decimals', 'p := 0.1 + 0.2', 0.3],
  ['object keys have any type', 'p := {[1]: "a"}[[1]]', 'a'],
  ['negation asks eagerly', 'p if not input.x > 1', undefined],
]

describe('the language', () => {
  for (const [name, body, expected] of stories) test(name, () => expect(meaning(body)).toEqual(expected))
})

describe('evaluation errors', () => {
  const failures: readonly (readonly [name: string, body: string, code: string])[] = [
    ['two values of a complete rule', 'p := x if some x in [1, 2]', 'eval_conflict_error'],
    ['two values under one key', 'p[1] := x if some x in [1, 2]', 'eval_conflict_error'],
    ['a builtin error in strict mode', 'p := 1 / input.zero', 'eval_builtin_error'],
    ['a wrong operand in strict mode', 'p := upper(input.zero)', 'eval_type_error'],
  ]
  for (const [name, body, code] of failures) {
    test(name, () => {
      const attempt = () => meaning(body, { zero: 0 })
      expect(attempt).toThrow(EvalFailure)
      expect(attempt).toThrow(code)
    })
  }

  test('a builtin error is undefined when not strict', () => expect(meaning('p := 1 / input.zero', { zero: 0 }, false)).toBeUndefined())
})

describe('compile errors', () => {
  const failures: readonly (readonly [body: string, message: string])[] = [
    ['p := ', '2: rego_parse_error: unexpected eof token'],
    ['p if x > 1', '2: rego_unsafe_var_error: var x is unsafe'],
    ['p if data.story.p', '2: rego_recursion_error: rule data.story.p is recursive: data.story.p -> data.story.p'],
    ['p if nothing(1)', '2: rego_type_error: undefined function nothing'],
    ['p := http.send({})', '2: rego_type_error: undefined function http.send (not available in this engine)'],
    ['p if { x := 1; x := 2 }', '2: rego_compile_error: var x assigned above'],
    ['p if { some x; true }', '2: rego_compile_error: declared var x unused'],
    ['p := 1\np contains 2', '2: rego_type_error: conflicting rules data.story.p found'],
    ['q := 1\np := q.x', '3: rego_type_error: undefined ref: data.story.q.x'],
    ['p := upper(1)', '2: rego_type_error: upper: invalid argument(s)'],
    ['p { true }', '2: rego_parse_error: `if` keyword is required before rule body'],
  ]
  for (const [body, message] of failures) {
    test(message, () => {
      const compiled = compile([{ file: 'story.rego', text: `package story\n${body}` }])
      expect(compiled.ok).toBe(false)
      if (!compiled.ok) expect(new CompileFailure(compiled.errors).message).toContain(`story.rego:${message}`)
    })
  }

  test('v0 is read by switch', () => {
    expect(compile([{ file: 'old.rego', text: 'package old\np[x] { x = 1 }' }]).ok).toBe(false)
    expect(compile([{ file: 'old.rego', text: 'package old\np[x] { x = 1 }' }], { edition: 'v0' }).ok).toBe(true)
  })
})
