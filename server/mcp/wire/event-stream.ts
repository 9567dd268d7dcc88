import { createLineSplitter } from './lines.ts'

/** An event stream read piece by piece. */
export interface EventReader {
  /** The data of every `message` event that this piece completes. Throws `RangeError` beyond the limit, `TypeError` on bad UTF-8. */
  readonly push: (piece: Uint8Array) => readonly string[]
}

const carriageReturn = 0x0d

/**
 * Reads Server-Sent Events (WHATWG HTML §9.2) as MCP uses them: lines end in LF or CRLF, events of another type than `message`
 * and events without data are passed over, ids and retry times are not used. An event holds at most `maxBytes`.
 */
export function createEventReader(maxBytes: number): EventReader {
  const splitter = createLineSplitter(maxBytes)
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let data: string[] = []
  let dataUnits = 0
  let type = 'message'

  const finish = (): string | undefined => {
    const text = data.length > 0 && type === 'message' ? data.join('\n') : undefined
    data = []
    dataUnits = 0
    type = 'message'
    return text === '' ? undefined : text
  }
  const take = (field: string, value: string) => {
    if (field === 'event') type = value === '' ? 'message' : value
    if (field !== 'data') return
    dataUnits += value.length + 1
    if (dataUnits > maxBytes) throw new RangeError('event too long')
    data.push(value)
  }
  const readLine = (bytes: Uint8Array): string | undefined => {
    const line = decoder.decode(bytes.at(-1) === carriageReturn ? bytes.subarray(0, -1) : bytes)
    if (line === '') return finish()
    const colon = line.indexOf(':')
    if (colon !== 0) take(colon < 0 ? line : line.slice(0, colon), colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, ''))
    return undefined
  }
  return { push: piece => splitter.push(piece).flatMap(line => readLine(line) ?? []) }
}
