import { afterAll, beforeAll, expect, test } from 'bun:test'
import { difference, ours } from './differential/compare.ts'
import { generate } from './differential/generate.ts'
import { type Oracle, startOracle } from './differential/oracle.ts'

/**
 * Random programs must mean the same here and to the real OPA. `REGO_FUZZ_PROGRAMS` and `REGO_FUZZ_SEED` ask for more and for others;
 * a difference prints its seed, which makes the same program again.
 */
const programs = Number(process.env.REGO_FUZZ_PROGRAMS ?? 300)
const firstSeed = Number(process.env.REGO_FUZZ_SEED ?? 1)

let oracle: Oracle

beforeAll(async () => {
  oracle = await startOracle()
})

afterAll(() => oracle.stop())

test(`${programs} random programs from seed ${firstSeed}`, async () => {
  const differences: string[] = []
  for (let seed = firstSeed; seed < firstSeed + programs; seed++) {
    const program = generate(seed)
    const difference_ = difference(ours(program), await oracle.ask(program))
    if (difference_ !== undefined) differences.push(`seed ${seed}: ${difference_}`)
  }
  expect(differences).toEqual([])
}, 600_000)
