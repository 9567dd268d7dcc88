import { visibleText } from './visible-text.ts'

const maxLineLength = 2_000
const linesPerSecond = 20
const tailLength = 64 * 1024
const lastLines = 3

export interface StderrLog {
  /** The last lines of the last 64 KB that the child wrote, also those that were left out, as one safe line; empty when there are none. */
  readonly lastWords: () => string
  /** Resolves when the child has closed its stderr. */
  readonly ended: Promise<void>
}

export interface StderrOptions {
  /** Values that must not reach the log: what the child was given in its environment. */
  readonly secrets: readonly string[]
  readonly log: (text: string) => void
}

/**
 * Reads a child's stderr to its end, always, so that the child never blocks on it. Lines reach the log in visible characters, cut at
 * 2,000, at most 20 a second; how many were left out is said. Secrets of the environment are blanked.
 */
export function followStderr(stream: ReadableStream<Uint8Array>, options: StderrOptions): StderrLog {
  const gate = createLineGate(options.log)
  const secrets = options.secrets.filter(secret => secret.length >= 6)
  let tail = ''
  let held = ''

  const write = (line: string) => {
    if (line.trim() !== '') gate.pass(() => visibleText(blank(line.slice(0, maxLineLength), secrets)))
  }
  const take = (text: string) => {
    tail = (tail + text).slice(-tailLength)
    const lines = (held + text).split('\n')
    held = (lines.pop() ?? '').slice(0, maxLineLength)
    for (const line of lines) write(line)
  }
  const read = async () => {
    const decoder = new TextDecoder()
    try {
      for await (const piece of stream) take(decoder.decode(piece, { stream: true }))
    } finally {
      write(held)
      gate.flush()
    }
  }
  // A pipe that breaks has ended: there is nobody to tell.
  const lastWords = () => visibleText(blank(tail.trim().split('\n').slice(-lastLines).join(' | ').slice(-maxLineLength), secrets))
  return { lastWords, ended: read().catch(() => undefined) }
}

function blank(line: string, secrets: readonly string[]): string {
  return secrets.reduce((text, secret) => text.replaceAll(secret, '[secret]'), line)
}

interface LineGate {
  readonly pass: (line: () => string) => void
  readonly flush: () => void
}

function createLineGate(log: (text: string) => void): LineGate {
  let second = 0
  let passed = 0
  let leftOut = 0
  const flush = () => {
    if (leftOut > 0) log(`(${leftOut} more lines left out)`)
    leftOut = 0
  }
  return {
    flush,
    pass: line => {
      const now = Math.floor(performance.now() / 1_000)
      if (now !== second) {
        flush()
        second = now
        passed = 0
      }
      if (passed++ < linesPerSecond) log(line())
      else leftOut++
    },
  }
}
