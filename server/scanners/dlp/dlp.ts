import type { Finding } from '../../domain/finding.ts'
import type { Json } from '../../domain/json.ts'
import type { Scanner } from '../../domain/scanner.ts'
import { mask } from '../mask.ts'
import { redactText } from '../redact-text.ts'
import { type Path, pointerOf, type WalkLimits, walk } from '../walk.ts'
import { type Pattern, spansOf } from './pattern.ts'
import { patterns } from './patterns.ts'

/** Text beyond 1 MiB, or deeper than the parser lets through, is not looked at and says so. */
const limits: WalkLimits = { maxUnits: 1 << 20, maxDepth: 129 }

const maxFindings = 1000

/** No pattern fits into fewer units: most keys and many values need no look. */
const shortest = 9

/**
 * Looks for secrets and personal data in every text of a value, keys too. What could not be looked at (a bound was met) is itself a
 * finding, `unscanned_text`, of severity high: a call is refused rather than let through unseen.
 */
export function createScanner(rows: readonly Pattern[] = patterns): Scanner {
  return { name: 'dlp', version: '1', scan: value => scan(value, rows) }
}

function scan(value: Json, rows: readonly Pattern[]): readonly Finding[] {
  const findings: Finding[] = []
  const look = (text: string) => findingsIn(text, rows, maxFindings - findings.length)
  const visitor = {
    key: (text: string, path: Path) => {
      const found = look(text)
      const shown = redactText(text, found)
      if (found.length > 0) findings.push(...at(pointerOf({ ...path, shown }), found))
      return shown
    },
    value: (text: string, path: Path) => {
      const found = look(text)
      if (found.length > 0) findings.push(...at(pointerOf(path), found))
    },
  }
  const complete = walk(value, visitor, limits) && findings.length < maxFindings
  return complete ? findings : [...findings, unscanned]
}

const unscanned: Finding = {
  pattern: 'unscanned_text',
  severity: 'high',
  category: 'custom',
  field: '',
  offset: 0,
  length: 0,
  sample: '***',
}

function at(field: string, findings: readonly Finding[]): readonly Finding[] {
  return findings.map(finding => ({ ...finding, field }))
}

function findingsIn(text: string, rows: readonly Pattern[], most: number): readonly Finding[] {
  const findings: Finding[] = []
  if (text.length < shortest) return findings
  for (const row of rows) {
    for (const { start, end } of spansOf(row, text, most - findings.length)) {
      const { name: pattern, severity, category } = row
      findings.push({ pattern, severity, category, field: '', offset: start, length: end - start, sample: mask(text.slice(start, end)) })
    }
  }
  return findings
}
