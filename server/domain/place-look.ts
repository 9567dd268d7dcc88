import { normalizePath } from './path.ts'

/** Of a root, a home, a folder on the way, a drive, a scheme; a dot-file. */
const beginnings = /^(?:[/\\~]|\.\.?(?:[/\\]|$)|[a-z]:[/\\]|[a-z][a-z0-9+.-]*:\/\/|file:|\.[\p{L}_])/iu

const schemed = /^[a-z][a-z0-9+.-]*:\/\//i

/** No system takes a longer path (PATH_MAX of Linux, in units). */
const longestPath = 4_096

/**
 * Whether a text under a key that says nothing has the look of a path or an address: by how it begins, or by a slash in a text without
 * blanks. One long word whose normal form no system would take as a path is none: an image in base64 is full of slashes.
 */
export function looksLikePlace(text: string): boolean {
  const bare = text.trim()
  const blank = /\s/.test(bare)
  if (!beginnings.test(bare.replace(/[\t\n\r]/g, '')) && (blank || !/[/\\]|%(?:25)?(?:2f|5c)/i.test(bare))) return false
  return blank || bare.length <= longestPath || schemed.test(bare) || normalizePath(bare).length <= longestPath
}
