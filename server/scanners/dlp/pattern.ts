import type { Finding, Severity } from '../../domain/finding.ts'

/** One kind of secret, with its own proof: the examples are its test. */
export interface Pattern {
  readonly name: string
  readonly category: Finding['category']
  readonly severity: Severity
  /** Literals of which one must stand in the text, else the pattern is not tried. Empty: always tried. */
  readonly keywords: readonly string[]
  /** Global. Cannot backtrack super-linearly: `linear` says why. */
  readonly pattern: RegExp
  readonly linear: string
  /** Where the secret that matched at `start` to `end` really ends, or -1 when it is none: checksum, length, placeholder. */
  readonly endOf?: (text: string, start: number, end: number) => number
  readonly examples: { readonly yes: readonly string[]; readonly no: readonly string[] }
}

export interface Span {
  readonly start: number
  readonly end: number
}

/** Every place in the text where the pattern is found and confirmed, in order, without overlaps; `most` at the most. */
export function spansOf(row: Pattern, text: string, most: number): readonly Span[] {
  const spans: Span[] = []
  if (row.keywords.length > 0 && !row.keywords.some(keyword => text.includes(keyword))) return spans
  row.pattern.lastIndex = 0
  for (let match = row.pattern.exec(text); match && spans.length < most; match = row.pattern.exec(text)) {
    const start = match.index
    const end = row.endOf ? row.endOf(text, start, row.pattern.lastIndex) : row.pattern.lastIndex
    if (end > start) spans.push({ start, end })
    row.pattern.lastIndex = Math.max(end, start + 1)
  }
  return spans
}
