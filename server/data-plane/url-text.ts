/**
 * The text without what URLs in it carry besides a place: user names and passwords, queries and fragments, wherever in the text the URL stands, also where
 * normalising has left it one slash. An authority that is neither host nor port may be a password cut in two: then only the scheme is kept.
 * What stands behind a redaction was perhaps a URL with it.
 */
export function withoutUrlSecrets(text: string): string {
  const tight = text.replace(/[\t\n\r]/g, '').trim()
  const alone = /^(?:[a-z][a-z0-9+.-]+:[/\\]|\[REDACTED:)/i.test(tight) ? tight.replace(/[?#].*$/s, '') : text
  return alone
    .replace(/([a-z0-9+.-]{2}:[/\\]+)[^\s/\\?#]*@/gi, '$1')
    .replace(/([a-z0-9+.-]{2}:[/\\]+)([^\s/\\?#"'`<>]*)(\S*)/gi, (_, start: string, authority: string, rest: string) =>
      isAuthority(authority) ? start + authority + withoutQuery(rest) : `${start}***`,
    )
    .replace(/\[REDACTED:\S*/g, withoutQuery)
}

/** The text without `user:password@`, which needs no scheme. Digests behind an `@` and mail addresses stay. */
export function withoutLogins(text: string): string {
  return text.replace(/(?<![^\s"'`=(])(?!mailto:)[^\s/\\@:"'`]{1,256}:[^\s/\\]{0,256}@(?!sha\d)/gi, '')
}

/** A URL inside the rest of another is cleaned too. */
function withoutQuery(rest: string): string {
  return rest.replace(/[?#].*$/s, '').replace(/(:[/\\]+)[^/\\]*@/g, '$1')
}

/** Hosts, each with or without a port; some databases take a list of them. */
function isAuthority(text: string): boolean {
  return text.split(',').every(host => /^(?:\[[^\]]*\]|[^:]*)(?::\d*)?$/.test(host))
}
