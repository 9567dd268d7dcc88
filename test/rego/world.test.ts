import { expect, test } from 'bun:test'
import { compile, EvalFailure, evaluate, formatErrors, toJson, type World } from '../../server/rego/rego.ts'

function run(body: string, world: World) {
  const compiled = compile([{ file: 'world.rego', text: `package world\n${body}` }])
  if (!compiled.ok) throw new Error(formatErrors(compiled.errors))
  return evaluate(compiled.policy, 'data.world.p = x', { world }).map(row => toJson(row.get('x') ?? null))
}

const still: World = { now: () => 1_700_000_000_000_000_000n, elapsedMs: () => 0, uuid: () => '0b5c3f5e-0000-4000-8000-000000000000' }

test('the instant and the ids are those of the world', () => {
  expect(run('p := [time.now_ns() / 1000000000, uuid.rfc4122("a")]', still)).toEqual([[1_700_000_000, still.uuid()]])
})

test('the deadline is one of its clock', () => {
  const body = 'p := count([1 | some a in numbers.range(1, 100); some b in numbers.range(1, 100); a != b])'
  let elapsed = 0
  expect(run(body, still)).toEqual([9900])
  expect(() => run(body, { ...still, elapsedMs: () => (elapsed += 50) })).toThrow(EvalFailure)
})
