const bytesPerTurn = 256 * 1024
const itemsPerTurn = 256

/** Counts work done since others had their turn; true when it is time to wait for `nextTurn`. */
export type Pace = (bytes: number) => boolean

/** A reader whose input is always there never leaves the microtask queue: it must let timers and sockets in, every 256 KiB or 256 items. */
export function createPace(): Pace {
  let bytes = 0
  let items = 0
  return size => {
    bytes += size
    items++
    if (bytes < bytesPerTurn && items < itemsPerTurn) return false
    bytes = 0
    items = 0
    return true
  }
}

/** Resolves after the event loop has gone round once. */
export function nextTurn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}
