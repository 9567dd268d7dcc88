/** Whether a promise is settled within `ms`, one way or the other. Never rejects, and leaves no timer behind. */
export async function settledWithin(ms: number, promise: Promise<unknown>): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<false>(resolve => {
    timer = setTimeout(() => resolve(false), ms)
  })
  const done = promise.then(
    () => true,
    () => true,
  )
  const first = await Promise.race([done, late])
  clearTimeout(timer)
  return first
}

/** Whether a promise is fulfilled within `ms`; false when it rejects, too. */
export async function fulfilledWithin(ms: number, promise: Promise<unknown>): Promise<boolean> {
  const fulfilled = promise.then(
    () => true,
    () => false,
  )
  return (await settledWithin(ms, promise)) && (await fulfilled)
}
