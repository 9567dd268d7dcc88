import { fault, type Notice } from './notice.ts'

/** What an env file sets, and what is wrong with it. A name at fault is in `names` without a value. */
export interface EnvFile {
  readonly names: ReadonlyMap<string, string | undefined>
  readonly notices: readonly Notice[]
}

const largestFile = 1_048_576
const noExpansion = 'uses $(…) or a variable, which are never expanded: put the value into a file and name it in'
const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\', $: '$', '`': '`' }

/**
 * Reads `NAME=value` lines: `#` comments, `export`, bare values up to ` #`, single quotes (literal) and double quotes (`\n`, `\r`,
 * `\t`, and a backslash before a quote, a dollar or itself), both over several lines. Nothing is ever run or expanded: `$(…)` and `${…}` outside single
 * quotes are faults. Takes time linear in the text; files over 1 MiB are refused.
 */
export function parseEnvFile(text: string): EnvFile {
  if (text.length > largestFile) return { names: new Map(), notices: [fault('env file', 'must be no larger than 1 MiB')] }
  const names = new Map<string, string | undefined>()
  const notices: Notice[] = []
  const source = text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n')
  for (let at = 0, line = 1; at < source.length; ) {
    const found = readLine(source, at)
    notices.push(...settle(found, `env file, line ${line}`, names))
    line += source.slice(at, found.end).split('\n').length - 1
    at = found.end
  }
  return { names, notices }
}

interface Line {
  readonly name?: string
  readonly value?: string
  readonly broken?: string
  /** Index of the next line's first character. */
  readonly end: number
}

function settle(line: Line, place: string, names: Map<string, string | undefined>): readonly Notice[] {
  if (line.name === undefined) return line.broken ? [fault(place, line.broken)] : []
  const twice = names.has(line.name)
  names.set(line.name, twice ? undefined : line.value)
  if (line.broken) return [fault(line.name, `${line.broken} (${place})`)]
  return twice ? [fault(line.name, `is set twice (again in ${place})`)] : []
}

function readLine(source: string, start: number): Line {
  const lineEnd = endOfLine(source, start)
  const text = source.slice(start, lineEnd)
  if (/^\s*(#|$)/.test(text)) return { end: lineEnd + 1 }
  const head = /^[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]{0,127})[ \t]*=[ \t]*/.exec(text)
  if (!head) return { broken: 'must have the form NAME=value', end: lineEnd + 1 }
  const name = head[1] ?? ''
  const at = start + head[0].length
  const quote = source[at]
  return { name, ...(quote === '"' || quote === "'" ? readQuoted(source, at, quote, name) : readBare(source, at, name)) }
}

function readBare(source: string, start: number, name: string): Line {
  const lineEnd = endOfLine(source, start)
  const value = source
    .slice(start, lineEnd)
    .replace(/(^|[ \t])#.*$/, '')
    .trim()
  const end = lineEnd + 1
  return /\$[({]/.test(value) ? { broken: `${noExpansion} ${name}_FILE`, end } : { value, end }
}

function readQuoted(source: string, start: number, quote: string, name: string): Line {
  const close = closingQuote(source, start + 1, quote)
  if (close === undefined) return { broken: 'has a quote that is never closed', end: source.length }
  const lineEnd = endOfLine(source, close)
  const end = lineEnd + 1
  if (!/^[ \t]*($|#)/.test(source.slice(close + 1, lineEnd))) return { broken: 'has text after its closing quote', end }
  const raw = source.slice(start + 1, close)
  if (quote === "'") return { value: raw, end }
  if (/(^|[^\\])(\\\\)*\$[({]/.test(raw)) return { broken: `${noExpansion} ${name}_FILE`, end }
  return { value: raw.replace(/\\([\s\S])/g, (whole, letter: string) => escapes[letter] ?? whole), end }
}

function closingQuote(source: string, from: number, quote: string): number | undefined {
  for (let at = from; at < source.length; at++) {
    if (source[at] === quote) return at
    if (source[at] === '\\' && quote === '"') at++
  }
  return undefined
}

function endOfLine(source: string, from: number): number {
  const at = source.indexOf('\n', from)
  return at < 0 ? source.length : at
}
