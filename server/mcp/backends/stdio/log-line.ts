/** A line for the log, from or about one backend. Safe to print: control characters are visible text. */
export interface LogLine {
  readonly level: 'info' | 'warn'
  readonly tenantId: string
  readonly serverId: string
  readonly text: string
}
