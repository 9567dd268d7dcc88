/** Pads every column but the last to its widest cell, and cuts each line to `width` when a width is given. */
export function columns(rows: readonly (readonly string[])[], width?: number): readonly string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map(row => Bun.stringWidth(row[i] ?? ''))))
  const lines = rows.map(row => row.map((cell, i) => (i === row.length - 1 ? cell : padded(cell, widths[i] ?? 0))).join('  '))
  return width === undefined ? lines : lines.map(line => clipped(line, width))
}

/** Filled with spaces to at least `width` columns of a terminal. */
export function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - Bun.stringWidth(text)))
}

/** At most `width` columns of a terminal; what was cut leaves `…`. */
export function clipped(text: string, width: number): string {
  if (Bun.stringWidth(text) <= width) return text
  let kept = ''
  let used = 0
  for (const { segment } of graphemes.segment(text)) {
    used += Bun.stringWidth(segment)
    if (used > width - 1) break
    kept += segment
  }
  return `${kept.trimEnd()}…`
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
