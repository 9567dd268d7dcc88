import { compare } from '../values/compare.ts'
import { equal } from '../values/equal.ts'
import { builtin } from './builtin.ts'
import { any, boolean } from './type.ts'

/** https://www.openpolicyagent.org/docs/policy-reference/builtins/comparison */
export const comparison = [
  builtin('equal', [any, any], boolean, (a, b) => equal(a, b)),
  builtin('neq', [any, any], boolean, (a, b) => !equal(a, b)),
  builtin('lt', [any, any], boolean, (a, b) => compare(a, b) < 0),
  builtin('lte', [any, any], boolean, (a, b) => compare(a, b) <= 0),
  builtin('gt', [any, any], boolean, (a, b) => compare(a, b) > 0),
  builtin('gte', [any, any], boolean, (a, b) => compare(a, b) >= 0),
  builtin('eq', [any, any], boolean, (a, b) => equal(a, b)),
]
