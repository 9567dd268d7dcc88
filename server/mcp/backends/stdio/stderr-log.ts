import { createPace, nextTurn } from '../pace.ts'
import { visibleText } from './visible-text.ts'

const maxLineLength = 2_000
/** A line is held longer than it is shown, so that the cut does not leave half a secret that nobody recognizes. */
const maxHeldLength = 2 * maxLineLength
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
  /** Takes out what looks like a secret; when it throws, the line is left out. */
  readonly redactText?: (text: string) => string
  readonly log: (text: string) => void
}

const unchecked = '(a line that could not be searched for secrets)'

/**
 * Reads a child's stderr to its end, always, so that the child never blocks on it. Lines reach the log in visible characters, cut at
 * 2,000, at most 20 a second; how many were left out is said. Secrets of the environment are blanked, and what `redactText` finds.
 */
export function followStderr(stream: ReadableStream<Uint8Array>, options: StderrOptions): StderrLog {
  const gate = createLineGate(options.log)
  const clean = createCleaner(options)
  const isTurnOver = createPace()
  let tail = ''
  let held = ''

  const write = (line: string) => {
    if (line.trim() !== '') gate.pass(() => visibleText(clean(line.slice(0, maxHeldLength)).slice(0, maxLineLength)))
  }
  const take = (text: string) => {
    tail = (tail + text).slice(-tailLength)
    const lines = (held + text).split('\n')
    held = (lines.pop() ?? '').slice(0, maxHeldLength)
    for (const line of lines) write(line)
  }
  const read = async () => {
    const decoder = new TextDecoder()
    try {
      for await (const piece of stream) {
        take(decoder.decode(piece, { stream: true }))
        if (isTurnOver(piece.length)) await nextTurn()
      }
    } finally {
      write(held)
      gate.flush()
    }
  }
  const lastWords = () => {
    const text = clean(tail.trim().split('\n').slice(-lastLines).join('\n'))
    return visibleText(text.replaceAll('\n', ' | ').slice(-maxLineLength))
  }
  // A pipe that breaks has ended: there is nobody to tell.
  return { lastWords, ended: read().catch(() => undefined) }
}

function createCleaner({ secrets, redactText = text => text }: StderrOptions): (text: string) => string {
  const long = secrets.filter(secret => secret.length >= 6)
  return text => {
    try {
      return redactText(long.reduce((line, secret) => line.replaceAll(secret, '[secret]'), text))
    } catch {
      // Reading must go on, or the child blocks.
      return unchecked
    }
  }
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
