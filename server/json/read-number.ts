import type { Json, JsonObject } from '../domain/json.ts'
import { type Reader, refusal } from './reader.ts'

/** A double holds every decimal of this many digits exactly enough to print it again. */
const safeDigits = 15

const minus = 0x2d
const plus = 0x2b
const point = 0x2e
const zero = 0x30

/**
 * Reads a number (RFC 8259 §6) that begins at `reader.at`. Fails with `parse_error`. A lexeme whose decimal value is not the one that ECMAScript prints
 * for the nearest double is an `inexact_number`, since another reader might take another number for it; or it is kept as it stands.
 */
export function readNumber(reader: Reader): Json {
  const { text, at: start } = reader
  const negative = text.charCodeAt(start) === minus
  const first = negative ? start + 1 : start
  let at = first
  let value = 0
  for (let digit = digitAt(text, at); digit >= 0; digit = digitAt(text, ++at)) value = value * 10 + digit
  const digits = at - first
  if (digits === 0 || (digits > 1 && text.charCodeAt(first) === zero)) throw refusal('parse_error', at)
  const code = text.charCodeAt(at) | 0x20
  reader.at = at
  if (code !== (point | 0x20) && code !== 0x65 && digits <= safeDigits) return negative ? -value : value
  return readWide(reader, start)
}

function readWide(reader: Reader, start: number): Json {
  const { text } = reader
  let exponent = false
  if (text.charCodeAt(reader.at) === point) readDigits(reader, reader.at + 1)
  if ((text.charCodeAt(reader.at) | 0x20) === 0x65) {
    const sign = text.charCodeAt(reader.at + 1)
    readDigits(reader, reader.at + (sign === minus || sign === plus ? 2 : 1))
    exponent = true
  }
  const lexeme = text.slice(start, reader.at)
  const value = Number(lexeme)
  if ((!exponent && lexeme.length <= safeDigits) || isExact(lexeme, value)) return value
  if (!reader.keepsLexemes) throw refusal('inexact_number', start)
  return lexemeValue(lexeme)
}

/** A value that `JSON.stringify` writes as this very text (ECMA-262, JSON.rawJSON), and that a walk meets as an object with the text in it. */
function lexemeValue(lexeme: string): Json {
  return (JSON as unknown as { readonly rawJSON: (text: string) => JsonObject }).rawJSON(lexeme)
}

function readDigits(reader: Reader, from: number): void {
  let at = from
  while (digitAt(reader.text, at) >= 0) at++
  if (at === from) throw refusal('parse_error', at)
  reader.at = at
}

function digitAt(text: string, at: number): number {
  if (at >= text.length) return -1
  const code = text.charCodeAt(at)
  return code >= zero && code <= 0x39 ? code - zero : -1
}

function isExact(lexeme: string, value: number): boolean {
  return Number.isFinite(value) && normalForm(lexeme) === normalForm(String(value))
}

/** Significant digits and the power of ten of the last one, so that equal decimal values give equal text. */
function normalForm(lexeme: string): string {
  const [mantissa = '', power = '0'] = (lexeme.startsWith('-') ? lexeme.slice(1) : lexeme).toLowerCase().split('e')
  const [whole = '', fraction = ''] = mantissa.split('.')
  const digits = whole + fraction
  let first = 0
  while (first < digits.length && digits.charCodeAt(first) === zero) first++
  let end = digits.length
  while (end > first && digits.charCodeAt(end - 1) === zero) end--
  if (end === first) return '0'
  return `${digits.slice(first, end)}e${Number(power) - fraction.length + digits.length - end}`
}
