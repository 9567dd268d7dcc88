/** Text of others as one printable line: controls, line ends, bidi and other format characters become `\u{…}`. */
export function visibleText(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, character => `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`)
}
