import { aggregates } from './aggregates.ts'
import { arithmetic } from './arithmetic.ts'
import { arrays } from './arrays.ts'
import { bits } from './bits.ts'
import type { Builtin } from './builtin.ts'
import { comparison } from './comparison.ts'
import { conversions } from './conversions.ts'
import { digests } from './digests.ts'
import { encoding } from './encoding.ts'
import { formatting } from './formatting.ts'
import { glob } from './glob.ts'
import { graphs } from './graphs.ts'
import { jsonPatch } from './json-patch.ts'
import { jsonPaths } from './json-paths.ts'
import { jsonSchema } from './json-schema.ts'
import { net } from './net.ts'
import { objects } from './objects.ts'
import { ranges } from './ranges.ts'
import { regex } from './regex.ts'
import { semver } from './semver.ts'
import { sets } from './sets.ts'
import { strings } from './strings.ts'
import { time } from './time.ts'
import { tokens } from './tokens.ts'
import { tracing } from './tracing.ts'
import { units } from './units.ts'
import { uuid } from './uuid.ts'

/** The families in the order of OPA's reference (https://www.openpolicyagent.org/docs/policy-reference/builtins). */
const families: Readonly<Record<string, readonly Builtin[]>> = {
  comparison,
  numbers: [...arithmetic, ...ranges],
  bits,
  aggregates,
  array: arrays,
  sets,
  object: [...objects, ...jsonPaths, ...jsonPatch, ...jsonSchema],
  strings: [...strings, ...formatting],
  regex,
  glob,
  units,
  types: conversions,
  encoding,
  tokens,
  time,
  crypto: digests,
  graph: graphs,
  net,
  uuid,
  semver,
  tracing,
}

/** Every builtin by its name. */
export const builtins: ReadonlyMap<string, Builtin> = new Map(
  Object.values(families).flatMap(rows => rows.map(row => [row.name, row] as const)),
)
