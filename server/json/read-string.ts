import { type Reader, refusal } from './reader.ts'

const quote = 0x22
const backslash = 0x5c
/** Strings longer than this are searched by regular expression, which is twice as fast but slow to begin. */
const nearUnits = 32

/** Reads a string (RFC 8259 §7) whose opening quote is at `reader.at`, and leaves `at` behind the closing one. Fails with `parse_error`. */
export function readString(reader: Reader): string {
  const { text, at: start } = reader
  const end = stopAfter(text, start + 1)
  const code = text.charCodeAt(end)
  if (code === backslash) return readEscaped(reader, end)
  if (code !== quote) throw refusal('parse_error', end)
  reader.at = end + 1
  return text.slice(start + 1, end)
}

/** The runtime decodes the escapes: it is exact, fast, and refuses what RFC 8259 does not know. */
function readEscaped(reader: Reader, firstEscape: number): string {
  const { text, at: start } = reader
  let end = firstEscape
  while (text.charCodeAt(end) === backslash) end = stopAfter(text, end + 2)
  if (text.charCodeAt(end) !== quote) throw refusal('parse_error', end)
  reader.at = end + 1
  try {
    return JSON.parse(text.slice(start, end + 1)) as string
  } catch {
    throw refusal('parse_error', start)
  }
}

/** Where the plain run that begins at `from` stops: at a quote, a backslash, a control character, or the end of the text. */
function stopAfter(text: string, from: number): number {
  const near = Math.min(from + nearUnits, text.length)
  for (let at = from; at < near; at++) {
    const code = text.charCodeAt(at)
    if (code === quote || code === backslash || code < 0x20) return at
  }
  stop.lastIndex = near
  return stop.test(text) ? stop.lastIndex - 1 : text.length
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them raw, so they are what is looked for.
const stop = /["\\\u0000-\u001f]/g
