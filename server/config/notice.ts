/** What a warning is about; a stable word for logs and alerts. */
export type NoticeCode =
  | 'config.missing'
  | 'config.unknown_name'
  | 'config.not_yet_in_force'
  | 'config.deprecated'
  | 'config.ignored'
  | 'config.weak'
  | 'config.invalid_value'

/**
 * Something to say about the configuration: a fault stops the start, a warning does not. `name` is the variable (or the line of the
 * env file), `text` continues the sentence that begins with it. Neither ever holds a value.
 */
export interface Notice {
  readonly severity: 'fault' | 'warning'
  readonly code: NoticeCode
  readonly name: string
  readonly text: string
}

/** A notice that stops the start. */
export function fault(name: string, text: string, code: NoticeCode = 'config.invalid_value'): Notice {
  return { severity: 'fault', code, name, text }
}

/** A notice that is logged and does not stop the start. */
export function warning(name: string, text: string, code: NoticeCode): Notice {
  return { severity: 'warning', code, name, text }
}

/** One line a notice, the sentences aligned behind the names; no trailing newline. Works for warnings too. */
export function formatFaults(notices: readonly Notice[]): string {
  const width = Math.max(0, ...notices.map(notice => notice.name.length))
  return notices.map(notice => `${notice.name.padEnd(width)}  ${notice.text}`).join('\n')
}
