import type { Finding } from './finding.ts'
import type { Json } from './json.ts'

/** Looks at the text of a call or an answer. Pure, synchronous, bounded; a throw is a refusal of the call (fail closed). */
export interface Scanner {
  readonly name: string
  readonly version: string
  readonly scan: (value: Json) => readonly Finding[]
}

/** Gives the value with every finding's span replaced by `[REDACTED:<pattern>]`; the value itself when there is nothing to replace. */
export type Redactor = (value: Json, findings: readonly Finding[]) => Json
