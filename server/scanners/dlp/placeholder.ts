/** Keys that vendors print in their manuals. */
const published: readonly string[] = ['AKIAIOSFODNN7EXAMPLE', 'AKIAI44QH8DHBEXAMPLE']

const telling = /example|placeholder|dummy|redacted|change_?me|your[_-]|x{4}|\*{3}|\.{3}|<|>|\$\{|\{\{/i

/** True for what stands in manuals in place of a secret: `EXAMPLE`, `xxxx`, `your-key`, `${KEY}`, or hardly any different characters. */
function isPlaceholder(secret: string): boolean {
  return new Set(secret.slice(-16)).size < 5 || published.includes(secret) || telling.test(secret)
}

/** For a pattern's `endOf`: the match itself, unless it is a placeholder. */
export function unlessPlaceholder(text: string, start: number, end: number): number {
  return isPlaceholder(text.slice(start, end)) ? -1 : end
}
