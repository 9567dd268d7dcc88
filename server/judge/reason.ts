const maxLength = 500

/** Control and format characters (bidirectional overrides, zero-width), line and paragraph separators, halves of surrogate pairs. */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu

/** A policy's sentence as it may be shown in a terminal and to an agent: one line, at most 500 characters. May become empty. */
export function printable(reason: string): string {
  // Cut before replacing too, so that a huge reason costs no more than a long one.
  const line = [
    ...reason
      .slice(0, 4 * maxLength)
      .replace(unprintable, ' ')
      .trim(),
  ]
  return line.length <= maxLength ? line.join('') : `${line.slice(0, maxLength - 1).join('')}…`
}
