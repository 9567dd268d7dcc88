import { numberText } from '../values/decimal.ts'
import { Numeral } from '../values/numeral.ts'
import { regoText } from '../values/text.ts'
import type { Value } from '../values/value.ts'

/** An argument as Go's `fmt` sees it: OPA hands over integers, big integers, floats and strings; all else as its Rego text. */
type Argument =
  | { readonly type: 'int' | '*big.Int'; readonly value: bigint }
  | { readonly type: 'float64'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }

interface Directive {
  readonly flags: string
  readonly width: number | undefined
  readonly precision: number | undefined
  readonly verb: string
}

const pattern = /%([-+# 0]*)(\*|\d+)?(?:\.(\*|\d+)?)?(?:\[(\d+)\])?([\s\S]|$)/gu

/** A directive may not ask for more padding than this. */
const maxWidth = 100_000

/** Go's `fmt.Sprintf` (https://pkg.go.dev/fmt) for the values of the language. */
export function sprintf(format: string, values: readonly Value[]): string {
  const args = values.map(argument)
  let next = 0
  let reordered = false
  const take = (): Argument | undefined => args[next++]
  const number = (text: string | undefined): number | undefined => {
    if (text !== '*') return text === undefined ? undefined : Number(text)
    const arg = take()
    return arg?.type === 'int' ? Number(arg.value) : undefined
  }
  const text = format.replace(
    pattern,
    (whole: string, flags: string, width: string | undefined, precision: string | undefined, index: string | undefined, verb: string) => {
      if (verb === '%') return '%'
      if (verb === '') return '%!(NOVERB)'
      const directive = { flags, width: number(width), precision: whole.includes('.') ? (number(precision) ?? 0) : undefined, verb }
      if ((directive.width ?? 0) > maxWidth || (directive.precision ?? 0) > maxWidth) return '%!(BADWIDTH)'
      if (index !== undefined) {
        next = Number(index) - 1
        reordered = true
      }
      const arg = take()
      return arg ? pad(render(directive, arg), directive, arg) : `%!${verb}(${index === undefined ? 'MISSING' : 'BADINDEX'})`
    },
  )
  const extra = reordered ? [] : args.slice(next)
  return extra.length > 0 ? `${text}%!(EXTRA ${extra.map(arg => `${arg.type}=${plain(arg)}`).join(', ')})` : text
}

function argument(value: Value): Argument {
  if (typeof value === 'string') return { type: 'string', value }
  if (typeof value === 'number') return Number.isSafeInteger(value) ? { type: 'int', value: BigInt(value) } : { type: 'float64', value }
  if (!(value instanceof Numeral)) return { type: 'string', value: regoText(value) }
  if (value.exponent < 0) return { type: 'float64', value: Number(numberText(value)) }
  const integer = value.coefficient * 10n ** BigInt(value.exponent)
  return { type: BigInt.asIntN(64, integer) === integer ? 'int' : '*big.Int', value: integer }
}

function plain(arg: Argument): string {
  return arg.type === 'float64' ? general(arg.value, undefined, 21, 'e') : String(arg.value)
}

function bad(verb: string, arg: Argument): string {
  return `%!${verb}(${arg.type}=${plain(arg)})`
}

function render(directive: Directive, arg: Argument): string {
  if (directive.verb === 'T') return arg.type
  switch (arg.type) {
    case 'string':
      return renderString(directive, arg)
    case 'float64':
      return renderFloat(directive, arg.value, arg)
    default:
      return renderInteger(directive, arg.value, arg)
  }
}

function renderString({ verb, flags, precision }: Directive, arg: Argument & { readonly type: 'string' }): string {
  const text = precision === undefined ? arg.value : [...arg.value].slice(0, precision).join('')
  switch (verb) {
    case 'v':
      return flags.includes('#') ? goQuote(text) : text
    case 's':
      return text
    case 'q':
      return flags.includes('#') && !text.includes('`') ? `\`${text}\`` : goQuote(text)
    case 'x':
    case 'X': {
      const hex = Buffer.from(text).toString('hex')
      const shown = flags.includes(' ') ? hex.replace(/..(?=.)/g, '$& ') : hex
      return verb === 'x' ? shown : shown.toUpperCase()
    }
    default:
      return bad(verb, arg)
  }
}

/** A string as Go's `%q` writes it. */
function goQuote(text: string): string {
  return JSON.stringify(text)
    .replace(/\\u00([01][0-9a-f])/g, '\\x$1')
    .replace(/\\b/g, '\\b')
    .replace(/\u007f/g, '\\x7f')
}

const radixes: Readonly<Record<string, readonly [radix: number, prefix: string]>> = {
  d: [10, ''],
  v: [10, ''],
  b: [2, '0b'],
  o: [8, '0'],
  O: [8, '0o'],
  x: [16, '0x'],
  X: [16, '0X'],
}

function renderInteger({ verb, flags, precision }: Directive, value: bigint, arg: Argument): string {
  if (arg.type === '*big.Int' && verb === 's') return String(value)
  if (verb === 'c' || verb === 'q' || verb === 'U') return renderRune(verb, value, flags)
  const radix = radixes[verb]
  if (!radix) return bad(verb, arg)
  const magnitude = (value < 0n ? -value : value).toString(radix[0]).padStart(precision ?? 0, '0')
  const digits = verb === 'X' ? magnitude.toUpperCase() : magnitude
  const prefix = verb === 'O' || flags.includes('#') ? radix[1] : ''
  return sign(value < 0n, flags) + prefix + digits
}

function renderRune(verb: string, value: bigint, flags: string): string {
  const valid = value >= 0n && value <= 0x10ffffn
  const rune = valid ? String.fromCodePoint(Number(value)) : '\ufffd'
  if (verb === 'c') return rune
  if (verb === 'q') return `'${rune === "'" ? "\\'" : JSON.stringify(rune).slice(1, -1).replace('\\"', '"')}'`
  const code = `U+${value.toString(16).toUpperCase().padStart(4, '0')}`
  return flags.includes('#') ? `${code} '${rune}'` : code
}

function sign(negative: boolean, flags: string): string {
  return negative ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : ''
}

function renderFloat({ verb, flags, precision }: Directive, value: number, arg: Argument): string {
  const magnitude = Math.abs(value)
  const front = sign(value < 0, flags)
  switch (verb) {
    case 'v':
      return front + general(magnitude, precision, 21, 'e')
    case 'g':
    case 'G':
      return front + general(magnitude, precision, precision === undefined ? 21 : Math.max(precision, 1), verb === 'g' ? 'e' : 'E')
    case 'f':
    case 'F':
      return front + magnitude.toFixed(Math.min(precision ?? 6, 100))
    case 'e':
    case 'E':
      return front + exponential(magnitude.toExponential(Math.min(precision ?? 6, 100)), verb)
    default:
      return bad(verb, arg)
  }
}

/** Shortest or given precision, with an exponent below −4 and from `limit` on. */
function general(value: number, precision: number | undefined, limit: number, letter: string): string {
  if (value === 0) return '0'
  const scientific = precision === undefined ? value.toExponential() : value.toExponential(Math.max(0, precision - 1))
  const exponent = Number(scientific.slice(scientific.indexOf('e') + 1))
  const digits = scientific.slice(0, scientific.indexOf('e')).replace(/^-/, '')
  const trimmed = precision === undefined ? digits : digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits
  const front = value < 0 ? '-' : ''
  if (exponent < -4 || exponent >= limit) return front + exponential(`${trimmed}e${exponent < 0 ? '' : '+'}${exponent}`, letter)
  return front + positional(trimmed.replace('.', ''), exponent)
}

function positional(digits: string, exponent: number): string {
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${digits}`
  if (digits.length <= exponent + 1) return digits.padEnd(exponent + 1, '0')
  return `${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`
}

/** Go writes exponents with two digits at least. */
function exponential(text: string, letter: string): string {
  return text.replace(/e([+-])(\d+)$/, (_all, direction: string, digits: string) => `${letter}${direction}${digits.padStart(2, '0')}`)
}

function pad(text: string, { flags, width, verb }: Directive, arg: Argument): string {
  const missing = (width ?? 0) - [...text].length
  if (missing <= 0) return text
  if (flags.includes('-')) return text + ' '.repeat(missing)
  if (!flags.includes('0') || (arg.type === 'string' && verb !== 'd')) return ' '.repeat(missing) + text
  const [, front = '', rest = ''] = /^([+-]?)([\s\S]*)$/.exec(text) ?? []
  return front + '0'.repeat(missing) + rest
}
