import type { Finding } from '../domain/finding.ts'

/** The text with each finding's span replaced by `[REDACTED:pattern]`; where spans overlap, all they cover goes under the first name. */
export function redactText(text: string, findings: readonly Finding[]): string {
  const ordered = findings.toSorted((a, b) => a.offset - b.offset || b.length - a.length)
  let redacted = ''
  let covered = 0
  for (const { pattern, offset, length } of ordered) {
    if (offset >= covered) redacted += `${text.slice(covered, offset)}[REDACTED:${pattern}]`
    covered = Math.max(covered, offset + length)
  }
  return redacted + text.slice(covered)
}
