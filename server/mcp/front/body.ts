import { Failure } from '../../domain/failure.ts'

/** Keeps a byte order mark, which the parser then refuses, and refuses what is not UTF-8. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The text of a JSON body, at most `maxBytes` long. Throws `media_type_unsupported`, `body_too_large`, `parse_error`. */
export async function readBody(request: Request, maxBytes: number): Promise<string> {
  const type = request.headers.get('content-type') ?? ''
  if (!/^application\/json\s*(;|$)/i.test(type)) throw new Failure('media_type_unsupported')
  const declared = request.headers.get('content-length')
  if (declared !== null && Number(declared) > maxBytes) throw tooLarge(maxBytes)
  const bytes = declared === null ? await readBounded(request, maxBytes) : await request.bytes()
  try {
    return decoder.decode(bytes)
  } catch (cause) {
    throw new Failure('parse_error', 'The body is not UTF-8.', { cause })
  }
}

/** A body that does not say how long it is, is counted as it comes. */
async function readBounded(request: Request, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of request.body ?? []) {
    length += chunk.byteLength
    if (length > maxBytes) throw tooLarge(maxBytes)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function tooLarge(maxBytes: number): Failure {
  return new Failure('body_too_large', `The body is larger than ${maxBytes} bytes (BEHAVRY_MAX_BODY_BYTES).`)
}
