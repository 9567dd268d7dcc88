import { BuiltinFailure } from '../evaluate/host.ts'
import { parseJson } from '../values/json.ts'
import { isObject, objectGet } from '../values/object.ts'
import type { ObjectValue } from '../values/value.ts'
import { decodeBase64Url } from './base64.ts'

/** A token in its parts, decoded. */
export interface Token {
  readonly header: ObjectValue
  readonly headerText: string
  readonly payloadText: string
  readonly signed: string
  readonly signature: Buffer
}

/** Takes a JSON Web Token apart (RFC 7519); nothing is verified. */
export function split(token: string): Token {
  const parts = token.split('.')
  if (parts.length !== 3) throw new BuiltinFailure(`encoded JWT must have 3 sections, found ${parts.length}`)
  const [header = '', payload = '', signature = ''] = parts
  const headerText = decodePart(header, 'header')
  return {
    header: headerOf(headerText),
    headerText,
    payloadText: decodePart(payload, 'payload'),
    signed: `${header}.${payload}`,
    signature: Buffer.from(decodePart(signature, 'signature', 'latin1'), 'latin1'),
  }
}

function decodePart(part: string, name: string, charset: BufferEncoding = 'utf8'): string {
  try {
    return decodeBase64Url(part).toString(charset)
  } catch (error) {
    if (error instanceof BuiltinFailure) throw new BuiltinFailure(`JWT ${name} had invalid encoding: ${error.message}`)
    throw error
  }
}

/** The header of a token. @throws BuiltinFailure when it is no object. */
export function headerOf(text: string): ObjectValue {
  const header = parseObject(text)
  if (!header) throw new BuiltinFailure('JWT header is not a JSON object')
  return header
}

/** The object that a JSON text is, undefined when it is none. */
export function parseObject(text: string): ObjectValue | undefined {
  try {
    const value = parseJson(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Whether the payload is a token itself (`cty`, RFC 7519 section 5.2). */
export function isNested(header: ObjectValue): boolean {
  const type = objectGet(header, 'cty')
  return typeof type === 'string' && type.toUpperCase() === 'JWT'
}
