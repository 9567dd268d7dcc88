import { Failure } from '../../domain/failure.ts'

/** A body as it was read: whole, or the beginning of one that is refused, for the sake of the id in it. */
export interface Body {
  readonly text: string
  readonly refusal?: Failure
}

/** Keeps a byte order mark, which the parser then refuses, and refuses what is not UTF-8. */
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const lenient = new TextDecoder()

/** How much is read of a body that is refused anyway. */
const maxRefusedBytes = 64 * 1024

/** The text of a JSON body, at most `maxBytes` long. Refusals: `media_type_unsupported`, `body_too_large`, `parse_error`. */
export async function readBody(request: Request, maxBytes: number): Promise<Body> {
  const type = request.headers.get('content-type') ?? ''
  if (!/^application\/json\s*(;|$)/i.test(type)) return await refused(request, new Failure('media_type_unsupported'))
  const declared = request.headers.get('content-length')
  if (declared !== null && Number(declared) > maxBytes) return await refused(request, tooLarge(maxBytes))
  const bytes = declared === null ? await readUpTo(request, maxBytes + 1) : await request.bytes()
  if (bytes.byteLength > maxBytes) return { text: lenient.decode(bytes.subarray(0, maxRefusedBytes)), refusal: tooLarge(maxBytes) }
  try {
    return { text: strict.decode(bytes) }
  } catch (cause) {
    return { text: lenient.decode(bytes), refusal: new Failure('parse_error', 'The body is not UTF-8.', { cause }) }
  }
}

async function refused(request: Request, refusal: Failure): Promise<Body> {
  return { text: lenient.decode(await readUpTo(request, maxRefusedBytes)), refusal }
}

/** A body that does not say how long it is, or lies, is counted as it comes; no more is read than is asked for. */
async function readUpTo(request: Request, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of request.body ?? []) {
    chunks.push(chunk)
    length += chunk.byteLength
    if (length >= maxBytes) break
  }
  return Buffer.concat(chunks).subarray(0, maxBytes)
}

function tooLarge(maxBytes: number): Failure {
  return new Failure('body_too_large', `The body is larger than ${maxBytes} bytes (BEHAVRY_MAX_BODY_BYTES).`)
}
