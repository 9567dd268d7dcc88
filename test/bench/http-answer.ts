/** One HTTP/1.1 answer with a known length. */
export interface Answer {
  readonly status: number
  readonly body: string
}

/** Reads an answer from what has come so far; undefined while it is not complete. One without `Content-Length` is given with status 0. */
export function readAnswer(bytes: Buffer): Answer | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const head = bytes.toString('latin1', 0, end)
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
  if (length === undefined) return { status: 0, body: head }
  const from = end + 4
  const to = from + Number(length)
  return bytes.length < to ? undefined : { status: Number(head.slice(9, 12)), body: bytes.toString('utf8', from, to) }
}
