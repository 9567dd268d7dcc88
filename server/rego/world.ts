/** What an evaluation asks of the world around it. */
export interface World {
  /** The instant, in nanoseconds since 1970. */
  readonly now: () => bigint
  /** Milliseconds on a clock that never goes back, from whatever start. */
  readonly elapsedMs: () => number
  /** A random UUID (RFC 9562, version 4). */
  readonly uuid: () => string
}

/** The machine's own clocks and randomness, for callers that bring no world. */
export const machineWorld: World = {
  now: () => BigInt(Date.now()) * 1_000_000n,
  elapsedMs: () => performance.now(),
  uuid: () => crypto.randomUUID(),
}
