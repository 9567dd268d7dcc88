/** Severities everywhere in the product, mildest first. */
const severities = ['info', 'low', 'medium', 'high', 'critical'] as const
export type Severity = (typeof severities)[number]

/** What a scanner saw; never the secret itself. */
export interface Finding {
  readonly pattern: string
  readonly severity: Severity
  readonly category: 'pii' | 'financial' | 'credential' | 'healthcare' | 'network' | 'injection' | 'custom'
  /** Path of the field, as a JSON Pointer (RFC 6901); a finding in a key ends with `[REDACTED:<pattern>]` in the key's place. */
  readonly field: string
  /** Where it begins in the field's text, in UTF-16 code units. */
  readonly offset: number
  readonly length: number
  /** First 3 + `***` + last 3, or `***` when the match has 8 characters or fewer. */
  readonly sample: string
}
