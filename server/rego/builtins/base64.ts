import { BuiltinFailure } from '../evaluate/host.ts'

/** Decodes base64 text, padded. @throws BuiltinFailure naming the place of the first wrong byte, as Go does. */
export function decodeBase64(text: string): Buffer {
  const wrong = firstWrongByte(text.replace(/[\r\n]/g, ''), /[A-Za-z0-9+/]/, true)
  if (wrong !== undefined) throw new BuiltinFailure(`illegal base64 data at input byte ${wrong}`)
  return Buffer.from(text, 'base64')
}

/** Decodes base64url text, with or without padding. */
export function decodeBase64Url(text: string): Buffer {
  const bare = text.replace(/[\r\n]/g, '').replace(/=+$/, '')
  const wrong = firstWrongByte(bare, /[A-Za-z0-9_-]/, false)
  if (wrong !== undefined) throw new BuiltinFailure(`illegal base64 data at input byte ${wrong}`)
  return Buffer.from(bare, 'base64url')
}

function firstWrongByte(text: string, alphabet: RegExp, padded: boolean): number | undefined {
  const body = padded ? text.replace(/={1,2}$/, '') : text
  for (let i = 0; i < body.length; i++) if (!alphabet.test(body[i] ?? '')) return i
  if (padded && text.length % 4 !== 0) return text.length - (text.length % 4)
  return body.length % 4 === 1 ? body.length - 1 : undefined
}
