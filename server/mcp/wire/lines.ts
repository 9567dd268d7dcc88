const newline = 0x0a

/** Bytes that arrive in any pieces, cut into lines. */
export interface LineSplitter {
  /** The lines that this piece completes, without their newline. Throws `RangeError` once a line is longer than the limit. */
  readonly push: (piece: Uint8Array) => readonly Uint8Array[]
  /** What came after the last newline. */
  readonly rest: () => Uint8Array
}

/** Splits at LF; holds at most `maxBytes` of an unfinished line. */
export function createLineSplitter(maxBytes: number): LineSplitter {
  let held: Uint8Array[] = []
  let heldBytes = 0

  const keep = (piece: Uint8Array) => {
    heldBytes += piece.length
    if (heldBytes > maxBytes) throw new RangeError('line too long')
    if (piece.length > 0) held.push(piece)
  }
  const takeLine = (): Uint8Array => {
    const line = held.length === 1 && held[0] !== undefined ? held[0] : Buffer.concat(held, heldBytes)
    held = []
    heldBytes = 0
    return line
  }

  const push = (piece: Uint8Array): readonly Uint8Array[] => {
    const lines: Uint8Array[] = []
    let from = 0
    for (let end = piece.indexOf(newline); end >= 0; end = piece.indexOf(newline, from)) {
      keep(piece.subarray(from, end))
      lines.push(takeLine())
      from = end + 1
    }
    keep(piece.subarray(from))
    return lines
  }
  return { push, rest: takeLine }
}
