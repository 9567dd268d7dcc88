/**
 * Foreign text made safe for a terminal: control characters, escape sequences and everything that changes the direction or the look of what stands around it are
 * written out as `\u{…}`, so that a hostile agent cannot repaint the screen.
 */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]/gu, character => `\\u{${character.codePointAt(0)?.toString(16)}}`)
}
