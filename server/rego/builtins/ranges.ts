import { BuiltinFailure, type Host } from '../evaluate/host.ts'
import { fromBigInt } from '../values/decimal.ts'
import type { Num, Value } from '../values/value.ts'
import { builtin } from './builtin.ts'
import { integerOperand } from './integer.ts'
import { array, number, string } from './type.ts'

function range(from: Num, to: Num, step: bigint, host: Host): readonly Num[] {
  const start = integerOperand(from, 1)
  const stop = integerOperand(to, 2)
  if (step <= 0n) throw new BuiltinFailure('step must be a positive integer')
  const length = (start < stop ? stop - start : start - stop) / step + 1n
  host.budget.charge(8 * Number(length))
  const signed = start <= stop ? step : -step
  return Array.from({ length: Number(length) }, (_, i) => fromBigInt(start + signed * BigInt(i)))
}

/** A random number below a bound; the same for the same operands within one query. */
function randomBelow(seed: string, bound: Num, host: Host): Num {
  const limit = integerOperand(bound, 2)
  if (limit === 0n) return 0
  const key = `rand.intn ${limit} ${seed}`
  const known = host.memory.get(key)
  if (known !== undefined) return known as Num
  const [high = 0, low = 0] = crypto.getRandomValues(new Uint32Array(2))
  const drawn = fromBigInt(((BigInt(high) << 32n) | BigInt(low)) % (limit < 0n ? -limit : limit))
  host.memory.set(key, drawn)
  return drawn
}

/** https://www.openpolicyagent.org/docs/policy-reference/builtins/numbers */
export const ranges = [
  builtin('numbers.range', [number, number], array<Value>(number), (from, to, host) => range(from, to, 1n, host)),
  builtin('numbers.range_step', [number, number, number], array<Value>(number), (from, to, step, host) =>
    range(from, to, integerOperand(step, 3), host),
  ),
  builtin('rand.intn', [string, number], number, randomBelow),
]
