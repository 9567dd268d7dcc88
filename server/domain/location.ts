import { normalizePath, posixPath } from './path.ts'

/**
 * How a text that names a place may be read, most normalised first; one or two readings. The second is the text taken more literally, so
 * that a policy also sees what a decoder would hide: `/etc/%2e%2e/x` is `/x` for one program and lies under `/etc` for another.
 */
export function readingsOf(text: string): readonly string[] {
  const url = parseUrl(text)
  const first = url ? urlForm(url) : normalizePath(text)
  const literal = url ? text.trim() : posixPath(text)
  return first === literal ? [first] : [first, literal]
}

/** A text with a scheme and an authority, or of a scheme that has one whatever the slashes (WHATWG URL, special schemes). */
function parseUrl(text: string): URL | null {
  const tight = text.replace(/[\t\n\r]/g, '').trim()
  return /^(?:(?:https?|wss?|ftp|file):|[a-z][a-z0-9+.-]+:\/\/)/i.test(tight) ? URL.parse(tight) : null
}

/** WHATWG normal form without user name and password; a file URL is its path. */
function urlForm(url: URL): string {
  if (url.protocol === 'file:') return normalizePath((url.host === '' ? '' : `//${url.host}`) + url.pathname)
  url.username = ''
  url.password = ''
  return url.href
}
