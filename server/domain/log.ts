export type LogLevel = 'error' | 'warn' | 'info' | 'debug'

/**
 * Where the server says what happened to it. `event` is a stable snake_case name, `fields` are safe to show: no bodies, no arguments, no secrets. Errors are given as
 * they are; the writer takes message and stack from them.
 */
export type Log = (level: LogLevel, event: string, fields?: Readonly<Record<string, unknown>>) => void
