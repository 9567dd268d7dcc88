import type { Value } from '../values/value.ts'
import type { Builder } from './builder.ts'
import type { Query } from './query.ts'

/** The variables of one evaluation of a rule, with the query in whose documents it looks. */
export class Frame {
  /** What the rule has produced so far. */
  result: Value | undefined
  /** Where a partial rule puts what it defines. */
  builder: Builder | undefined
  readonly slots: unknown[]

  constructor(
    public query: Query,
    size: number,
  ) {
    this.slots = new Array(size)
  }
}

/** Reads a term whose variables are bound; undefined when a ref in it leads nowhere. */
export type Getter = (frame: Frame) => Value | undefined

/** Runs the rest of a body; true asks all loops around it to stop. */
export type Step = (frame: Frame) => boolean

/** A statement, given what follows it. */
export type Op = (next: Step) => Step

/** Compares a value with a pattern and binds the pattern's variables. */
export type Matcher = (frame: Frame, value: Value) => boolean

/** The steps of a body in order, ending in `last`. */
export function link(ops: readonly Op[], last: Step): Step {
  return ops.reduceRight((next, op) => op(next), last)
}
