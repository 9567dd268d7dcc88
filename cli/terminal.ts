import { Chalk, type ChalkInstance } from 'chalk'
import { visible, visibleJson } from './visible.ts'

export interface TerminalOptions {
  readonly json: boolean
  readonly quiet: boolean
  readonly color: boolean
}

/** What is said on the screen: the only writer to standard output and, with the log, to standard error. */
export interface Terminal {
  readonly json: boolean
  /** Whether a person is looking. */
  readonly interactive: boolean
  readonly paint: ChalkInstance
  /** A line of result. Texts from outside must have gone through `visible`. */
  readonly print: (line: string) => void
  /** A machine's result: one JSON document on one line. */
  readonly printJson: (value: unknown) => void
  /** Aligned columns; cells are made visible. */
  readonly table: (header: readonly string[], rows: readonly (readonly string[])[]) => void
  /** A remark for a person, on standard error; dropped by --quiet. */
  readonly note: (line: string) => void
  /** What went wrong, on standard error, always. */
  readonly complain: (line: string) => void
  /** A line that is written over by the next one; on a terminal only. */
  readonly progress: (line: string) => void
}

/** Colours only where a person looks and has not switched them off (NO_COLOR, --no-color). */
export function createTerminal(options: TerminalOptions): Terminal {
  const interactive = process.stdout.isTTY === true
  const paint = new Chalk({ level: options.color && interactive && !process.env.NO_COLOR ? 1 : 0 })
  const print = (line: string) => void process.stdout.write(`${line}\n`)
  const complain = (line: string) => void process.stderr.write(`${line}\n`)
  return {
    json: options.json,
    interactive,
    paint,
    print,
    printJson: value => print(visibleJson(value)),
    table: (header, rows) => {
      for (const line of columns([header, ...rows.map(row => row.map(visible))])) print(line)
    },
    note: line => {
      if (!options.quiet) complain(line)
    },
    complain,
    progress: line => {
      if (process.stderr.isTTY && !options.quiet) process.stderr.write(`\r\u001b[K${line}`)
    },
  }
}

/** Pads every column but the last to its widest cell. */
function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map(row => Bun.stringWidth(row[i] ?? ''))))
  return rows.map(row =>
    row.map((cell, i) => (i === row.length - 1 ? cell : cell + ' '.repeat((widths[i] ?? 0) - Bun.stringWidth(cell)))).join('  '),
  )
}
