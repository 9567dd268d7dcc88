import { EvalFailure } from '../errors.ts'

/** What one evaluation may use. */
export interface Limits {
  /** Iterations and rule evaluations. */
  readonly steps: number
  /** Wall-clock time from the start of the evaluation. */
  readonly deadlineMs: number
  /** Rough size of everything that the evaluation builds. */
  readonly bytes: number
}

export const defaultLimits: Limits = { steps: 50_000_000, deadlineMs: 80, bytes: 64 * 1024 * 1024 }

/** How often the clock is read: a step costs some tens of nanoseconds. */
const clockMask = 0x3ff

/** Counts what an evaluation uses and stops it (`eval_cancel_error`) when a limit is reached. */
export class Budget {
  #steps = 0
  #bytes = 0
  #nextReading = 0
  readonly #end: number

  constructor(
    private readonly limits: Limits,
    private readonly elapsedMs: () => number,
  ) {
    this.#end = elapsedMs() + limits.deadlineMs
  }

  /** One iteration or evaluation. */
  tick(): void {
    if ((++this.#steps & clockMask) === 0) this.#check()
  }

  /** Memory about to be used. */
  charge(bytes: number): void {
    this.#bytes += bytes
    if (this.#bytes > this.limits.bytes) throw new EvalFailure('eval_cancel_error', 'memory limit exceeded')
    if (this.#bytes > this.#nextReading) {
      this.#nextReading = this.#bytes + 65536
      this.#check()
    }
  }

  /** Work that is no iteration, in steps. */
  work(steps: number): void {
    this.#steps += Math.ceil(steps)
    this.#check()
  }

  #check(): void {
    if (this.#steps > this.limits.steps) throw new EvalFailure('eval_cancel_error', 'step limit exceeded')
    if (this.elapsedMs() > this.#end) throw new EvalFailure('eval_cancel_error', 'deadline exceeded')
  }
}
