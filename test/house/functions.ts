import { placeOf, type SourceFile } from './source.ts'
import { stringOf } from './tokens.ts'

export interface FunctionSize {
  /** `path:line` of its head. */
  readonly place: string
  /** From head to closing brace, both counted. */
  readonly lines: number
}

/** Named functions of a file by size. The formatter closes a function at the column where its line begins, so the layout tells the end. */
export function functionsOf(file: SourceFile): readonly FunctionSize[] {
  const lines = file.text.split('\n')
  return file.tokens
    .filter(token => token.text === 'function' && stringOf(token) === undefined)
    .map(token => {
      const place = placeOf(file, token)
      return { place, lines: sizeAt(lines, Number(place.split(':')[1]) - 1) }
    })
}

/** The value below which the share of all numbers lies; `share` 0.5 is the median. */
export function quantile(numbers: readonly number[], share: number): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length * share)] ?? 0
}

function sizeAt(lines: readonly string[], head: number): number {
  const indent = /^ */.exec(lines[head] ?? '')?.[0] ?? ''
  if (lines[head]?.endsWith('}')) return 1
  // `}): Promise<void> {` ends the parameters, not the function.
  const end = lines.findIndex((line, at) => at > head && line.startsWith(`${indent}}`) && !line.endsWith('{'))
  return (end === -1 ? lines.length : end) - head + 1
}
