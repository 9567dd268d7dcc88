import type { Log, LogLevel } from '../server/domain/log.ts'
import { visible, visibleJson } from './visible.ts'

const order: readonly LogLevel[] = ['error', 'warn', 'info', 'debug']

/** Structured lines on standard error: JSON, or a readable line on a terminal. `redact` has the last word on each. */
export function createLog(least: LogLevel | 'silent', redact: (text: string) => string): Log {
  const pretty = process.stderr.isTTY === true
  const allowed = least === 'silent' ? -1 : order.indexOf(least)
  return (level, event, fields = {}) => {
    if (order.indexOf(level) > allowed) return
    const time = new Date().toISOString()
    const shown = Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, plain(value)]))
    const line = pretty ? prettyLine(time, level, event, shown) : visibleJson({ time, level, event, ...shown })
    process.stderr.write(`${redact(line)}\n`)
  }
}

/** An error shows its message, its code and what caused it; the stack only where it is a bug. */
function plain(value: unknown): unknown {
  if (!(value instanceof Error)) return value
  const code = 'code' in value && typeof value.code === 'string' ? { code: value.code } : {}
  const cause = value.cause === undefined ? {} : { cause: plain(value.cause) }
  return { name: value.name, message: value.message, ...code, ...cause, ...(value.name === 'Failure' ? {} : { stack: value.stack }) }
}

function prettyLine(time: string, level: LogLevel, event: string, fields: Readonly<Record<string, unknown>>): string {
  const pairs = Object.entries(fields).map(
    ([key, value]) => `${key}=${visible(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))}`,
  )
  return [time.slice(11, 23), level.padEnd(5), event, ...pairs].join(' ')
}
