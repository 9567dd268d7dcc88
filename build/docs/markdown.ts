/** A Markdown table; pipes inside cells are escaped. Every row has as many cells as the head. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map(cells => `| ${cells.map(cell).join(' | ')} |`).join('\n')
}

/** A whole document, with where it comes from at its head. */
export function page(source: string, ...parts: readonly string[]): string {
  return `${[`<!-- Generated from ${source} by \`npm run docs\`: change it there. -->`, ...parts].join('\n\n')}\n`
}

/** Text as code; it holds no backtick. */
export function code(text: string): string {
  return `\`${text}\``
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}
