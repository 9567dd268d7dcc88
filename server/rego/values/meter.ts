/**
 * What is told of every composite that a comparison or a text visits. Values share their parts, so that a small policy can build
 * one whose text has no end: an evaluation puts its budget here, and the visit that exceeds it throws.
 */
let onVisit: () => void = () => {}

export function visited(): void {
  onVisit()
}

/** Runs work under a meter, and puts the one before back. */
export function metered<T>(meter: () => void, work: () => T): T {
  const before = onVisit
  onVisit = meter
  try {
    return work()
  } finally {
    onVisit = before
  }
}
