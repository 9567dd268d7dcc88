/**
 * Foreign text made safe for a terminal: control characters, escape sequences and everything that changes the direction or the look of what stands around it are
 * written out as `\u{…}`, so that a hostile agent cannot repaint the screen.
 */
export function visible(text: string): string {
  return text.replace(hostile, character => `\\u{${character.codePointAt(0)?.toString(16)}}`)
}

/** One JSON document on one line, for machines and for the eyes of whoever pipes it nowhere: the same characters stand as JSON's own escapes. */
export function visibleJson(value: unknown): string {
  return (JSON.stringify(value) ?? 'null').replace(hostile, character =>
    Array.from({ length: character.length }, (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`).join(''),
  )
}

const hostile = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]/gu
