import { Chalk, type ChalkInstance } from 'chalk'
import { columns } from './columns.ts'
import { visible, visibleJson } from './visible.ts'

export interface TerminalOptions {
  readonly json: boolean
  readonly quiet: boolean
  readonly color: boolean
}

/** What is said on the screen: the only writer to standard output and, with the log, to standard error. */
export interface Terminal {
  readonly json: boolean
  readonly quiet: boolean
  /** Columns of the screen; undefined where nobody looks at one, and nothing is cut. */
  readonly width: number | undefined
  readonly paint: ChalkInstance
  /** A line of result. Texts from outside must have gone through `visible`. */
  readonly print: (line: string) => void
  /** A machine's result: one JSON document on one line. */
  readonly printJson: (value: unknown) => void
  /** Aligned columns, cut to the screen; cells are made visible. Long cells belong into the last column. */
  readonly table: (header: readonly string[], rows: readonly (readonly string[])[]) => void
  /** What went wrong, on standard error, always. */
  readonly complain: (line: string) => void
  /** A line that is written over by the next one; on a terminal only. */
  readonly progress: (line: string) => void
}

/** Colours only where a person looks and has not switched them off (NO_COLOR, --no-color). */
export function createTerminal(options: TerminalOptions): Terminal {
  const width = process.stdout.isTTY === true ? process.stdout.columns || 80 : undefined
  const paint = new Chalk({ level: options.color && width !== undefined && !process.env.NO_COLOR ? 1 : 0 })
  const print = (line: string) => void process.stdout.write(`${line}\n`)
  const complain = (line: string) => void process.stderr.write(`${line}\n`)
  return {
    json: options.json,
    quiet: options.quiet,
    width,
    paint,
    print,
    printJson: value => print(visibleJson(value)),
    table: (header, rows) => {
      for (const line of columns([header, ...rows.map(row => row.map(visible))], width)) print(line)
    },
    complain,
    progress: line => {
      if (process.stderr.isTTY && !options.quiet) process.stderr.write(`\r\u001b[K${line}`)
    },
  }
}
