import { concealed, type Kind, kindOf } from './kind.ts'

/** Exactly one of the words. */
export function oneOf<const Word extends string>(...words: readonly Word[]): Kind<Word, Word> {
  const form = words.length === 1 ? `\`${words[0]}\`` : `one of ${words.map(word => `\`${word}\``).join(', ')}`
  return { ...kindOf<Word, Word>(form, text => words.find(word => word === text)), choices: words }
}

/** Literally `true` or `false`. Other spellings are errors, as a control must not hang on a guess. */
export const boolean: Kind<boolean, 'true' | 'false'> = {
  form: '`true` or `false`',
  choices: ['true', 'false'],
  parse: text => {
    if (text === 'true' || text === 'false') return { value: text === 'true' }
    const nearly = /^\s*['"]?(true|false)['"]?\s*$/i.test(text)
    return { broken: `must be \`true\` or \`false\`${nearly ? ': write it in lower case, without quotes or blanks' : ''}` }
  },
}

/** A decimal whole number within the bounds, both included. */
export function integer(from: number, to: number): Kind<number, `${number}`> {
  return kindOf(`a whole number from ${from} to ${to}`, text => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
    return value >= from && value <= to ? value : undefined
  })
}

const byteUnits: Readonly<Record<string, number>> = { '': 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 }

/** A size in bytes: `10485760`, `512KiB`, `10MiB`. Bounds in bytes, both included. */
export function bytes(from: number, to: number): Kind<number> {
  return kindOf(`a size from ${from} to ${to} bytes, such as \`1048576\` or \`1MiB\``, text => {
    const match = /^(\d{1,12})(KiB|MiB|GiB)?$/.exec(text)
    const value = match ? Number(match[1]) * (byteUnits[match[2] ?? ''] ?? Number.NaN) : Number.NaN
    return value >= from && value <= to ? value : undefined
  })
}

/** A span of time. */
export interface Duration {
  readonly ms: number
}

const durationUnits: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 }

/** `30s`, `5m`, `1h`, or a plain number of seconds. Bounds in seconds, both included. */
export function duration(fromSeconds: number, toSeconds: number): Kind<Duration, `${number}${'s' | 'm' | 'h'}`> {
  return kindOf(`a duration from ${fromSeconds} s to ${toSeconds} s, such as \`30s\`, \`5m\`, \`1h\` or plain seconds`, text => {
    const match = /^(\d{1,9})([smh])?$/.exec(text)
    const ms = match ? Number(match[1]) * (durationUnits[match[2] ?? 's'] ?? Number.NaN) : Number.NaN
    return ms >= fromSeconds * 1000 && ms <= toSeconds * 1000 ? { ms } : undefined
  })
}

/** At most `count` in any window of `windowMs`. */
export interface Rate {
  readonly count: number
  readonly windowMs: number
}

const windows = { second: 1000, minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const

/** `N/second`, `N/minute`, `N/hour`, `N/day`, N from 1. */
export const rate: Kind<Rate, `${number}/${keyof typeof windows}`> = kindOf(
  'a rate such as `300/minute` (second, minute, hour, day)',
  text => {
    const match = /^([1-9]\d{0,8})\/(second|minute|hour|day)$/.exec(text)
    return match ? { count: Number(match[1]), windowMs: windows[match[2] as keyof typeof windows] } : undefined
  },
)

/** An absolute path; `~` is not expanded. */
export const absolutePath: Kind<string> = kindOf('an absolute path (`~` is not expanded)', text =>
  /^\/\P{Cc}*$/u.test(text) && text.length <= 4096 ? text : undefined,
)

/** A program by absolute path, or by name to be found on PATH. */
export const program: Kind<string> = kindOf('a program by name or absolute path', text =>
  /^(\/\P{Cc}+|[^/\p{Cc}]+)$/u.test(text) && text.length <= 4096 ? text : undefined,
)

/** One line of visible text without blanks at its ends, up to 256 characters. */
export const line: Kind<string> = kindOf('one line of up to 256 characters without blanks at its ends', text =>
  /^\P{Cc}{1,256}$/u.test(text) && text === text.trim() ? text : undefined,
)

/** A secret: one line without blanks at its ends, up to 4096 characters. */
export const secret = concealed(
  kindOf('one line of up to 4096 characters without blanks at its ends', text =>
    /^\P{Cc}{1,4096}$/u.test(text) && text === text.trim() ? text : undefined,
  ),
)
