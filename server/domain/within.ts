/** Whether a promise is fulfilled within `ms`; false when it rejects, too. Never rejects, and leaves no timer behind. */
export async function fulfilledWithin(ms: number, promise: Promise<unknown>): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<false>(resolve => {
    timer = setTimeout(() => resolve(false), ms)
  })
  const done = promise.then(
    () => true,
    () => false,
  )
  const first = await Promise.race([done, late])
  clearTimeout(timer)
  return first
}
