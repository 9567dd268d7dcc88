import { Secret } from '../domain/secret.ts'

/** A value, perhaps with a note on an outdated spelling, or the rule it breaks (a sentence that follows the variable's name). */
export type Parsed<T> = { readonly value: T; readonly note?: string } | { readonly broken: string }

/** How the text of a variable is read. `parse` is pure, never throws, and never repeats the text in what it says. */
export interface Kind<T, Text extends string = string> {
  /** What a right value looks like, for the reference. */
  readonly form: string
  readonly parse: (text: string) => Parsed<T>
  readonly choices?: readonly Text[]
  /** Shown as `[secret]`, and kept out of every log. */
  readonly secret?: true
  /** An empty text is a value (an empty list); otherwise it is the same as unset. */
  readonly emptyIsValue?: true
}

/** A value checked by `check`, which gives undefined when the text breaks the rule `must …`. */
export function kindOf<T, Text extends string = string>(form: string, check: (text: string) => T | undefined): Kind<T, Text> {
  return {
    form,
    parse: text => {
      const value = check(text)
      return value === undefined ? { broken: `must be ${form}` } : { value }
    },
  }
}

/** The same kind with its value kept in a `Secret`. */
export function concealed(kind: Kind<string>): Kind<Secret> {
  return {
    form: kind.form,
    secret: true,
    parse: text => {
      const parsed = kind.parse(text)
      return 'broken' in parsed ? parsed : { ...parsed, value: new Secret(parsed.value) }
    },
  }
}

/** Items between commas, white space around them dropped; empty text is the empty list. The first bad item breaks it. */
export function listOf<T>(form: string, item: Kind<T>): Kind<readonly T[]> {
  return {
    form: `a comma list of ${form}`,
    emptyIsValue: true,
    parse: text => {
      const values: T[] = []
      for (const part of text.trim() === '' ? [] : text.split(',')) {
        const parsed = item.parse(part.trim())
        if ('broken' in parsed) return { broken: `must be a comma list of ${form}: item ${values.length + 1} ${parsed.broken}` }
        values.push(parsed.value)
      }
      return { value: values }
    },
  }
}
