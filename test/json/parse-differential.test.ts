import { expect, test } from 'bun:test'
import { Failure } from '../../server/domain/failure.ts'
import { canonicalJson } from '../../server/json/canonical.ts'
import { parseJson } from '../../server/json/parse.ts'
import { type Random, randomFrom, randomJsonText, randomMutation } from './random-json.ts'

const seed = Number(process.env.BEHAVRY_TEST_SEED ?? Date.now() % 1_000_000_007)
const documents = 6_000
const mutationsEach = 4

/** What only we refuse; the runtime takes the last of two keys and the nearest double. */
const stricter: ReadonlySet<string> = new Set(['duplicate_key', 'invalid_request', 'inexact_number', 'too_deep'])

type Outcome = { readonly value: unknown } | { readonly code: string }

function outcome(parse: () => unknown): Outcome {
  try {
    return { value: parse() }
  } catch (error) {
    if (error instanceof SyntaxError) return { code: 'parse_error' }
    if (error instanceof Failure) return { code: error.code }
    throw error
  }
}

function compare(text: string): void {
  const ours = outcome(() => parseJson(text).value)
  const theirs = outcome(() => JSON.parse(text))
  if ('value' in ours) {
    expect(theirs).toHaveProperty('value')
    expect<Outcome>(ours).toEqual(theirs)
    return
  }
  if ('value' in theirs) expect(stricter.has(ours.code)).toBe(true)
}

function story(random: Random): void {
  const text = randomJsonText(random)
  expect(parseJson(text).value).toEqual(JSON.parse(text))
  const canonical = canonicalJson(parseJson(text).value)
  expect(canonicalJson(parseJson(canonical).value)).toBe(canonical)
  for (let i = 0; i < mutationsEach; i++) compare(randomMutation(random, text))
}

test(`what we accept the runtime accepts, with the same value (BEHAVRY_TEST_SEED=${seed})`, () => {
  const random = randomFrom(seed)
  for (let i = 0; i < documents; i++) story(random)
})
