/** The world's time and identifiers, as ports: tests pass their own. */
export interface Clock {
  /** Unix time in milliseconds; may jump with the wall clock. */
  readonly now: () => number
  /** Milliseconds since some start; never goes backwards. For durations and deadlines. */
  readonly monotonic: () => number
}

export interface Ids {
  /** A UUIDv7 (RFC 9562 §5.7) in lower case: sorts by the time it was made. */
  readonly next: () => string
}
