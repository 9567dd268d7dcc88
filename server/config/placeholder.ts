const placeholders: readonly RegExp[] = [
  /change[_-]?me/i,
  /<[\p{L}\d_ .…-]{1,64}>/u,
  /(\.\.\.|…)$/,
  /^(dp_abc123|lic_x+$)/i,
  /\bbehavry:behavry\b/,
]

/** Whether the text is what documents print where a person must put a value: `CHANGE_ME`, `<password>`, `lic_...`, `behavry:behavry`. */
export function isPlaceholder(text: string): boolean {
  return text.length <= 4096 && placeholders.some(pattern => pattern.test(text))
}
