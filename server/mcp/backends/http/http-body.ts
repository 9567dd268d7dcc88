import { backendFailure } from '../backend-failure.ts'
import { maxMessageBytes } from '../link.ts'
import { createPace, nextTurn } from '../pace.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * The whole body as text. Throws `backend_invalid` when it is larger than 16 MiB (after decompression: it is counted as it is
 * unpacked) or is not UTF-8; a body that is cut off rejects with the runtime's own error.
 */
export async function readBodyText(response: Response): Promise<string> {
  return decode(isKnownSmall(response.headers) ? await response.bytes() : await readBounded(response))
}

/** Only a length that nothing overrides bounds what will come. */
function isKnownSmall(headers: Headers): boolean {
  if (headers.has('content-encoding') || headers.has('transfer-encoding')) return false
  return Number(headers.get('content-length') ?? Number.NaN) <= maxMessageBytes
}

/** The pieces of a body as they come. Throws nothing of its own; leaving the loop early drops the connection. */
export async function* piecesOf(response: Response): AsyncGenerator<Uint8Array, void> {
  const reader = response.body?.getReader()
  if (reader === undefined) return
  try {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) yield piece.value
  } finally {
    // The body may have failed already, and nobody reads on.
    await reader.cancel().catch(() => undefined)
  }
}

async function readBounded(response: Response): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  const isTurnOver = createPace()
  let size = 0
  for await (const piece of piecesOf(response)) {
    size += piece.length
    if (size > maxMessageBytes) throw tooLarge()
    pieces.push(piece)
    if (isTurnOver(piece.length)) await nextTurn()
  }
  return Buffer.concat(pieces, size)
}

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch (error) {
    throw backendFailure('backend_invalid', 'The MCP server answered something that is not UTF-8.', true, error)
  }
}

function tooLarge(): Error {
  return backendFailure('backend_invalid', `The MCP server's answer is larger than ${maxMessageBytes} bytes.`, true)
}
