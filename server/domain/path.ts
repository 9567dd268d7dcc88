/**
 * The normal form of a path, as far as it can be known without the file system. Two levels of percent and unicode escapes are
 * decoded; the text ends at NUL; Windows forms become `/c:/x`, home forms `~/x`, `/root/x`, `/home/bob/x`; doubled slashes, `.` and `..`,
 * and dots and spaces at the end of a name go. Case is kept. `..` above a root stays at the root, above `~` it counts from `/`.
 * Never fails; its time grows with the length.
 */
export function normalizePath(text: string): string {
  const decoded = beforeNul(decodeEscapes(decodeEscapes(text))).trim()
  return resolveDots(
    homeForm(driveForm(decoded.replaceAll('\\', '/')))
      .split('/')
      .map(trimName)
      .join('/'),
  )
}

/** Resolves `//`, `.` and `..` alone, as POSIX reads a path: every other character is part of a name. */
export function posixPath(text: string): string {
  return resolveDots(beforeNul(text))
}

function beforeNul(text: string): string {
  const nul = text.indexOf('\0')
  return nul < 0 ? text : text.slice(0, nul)
}

/** Overlong UTF-8 (`%c0%ae` for a dot) is no UTF-8 at all, but servers have decoded it. */
function decodeEscapes(text: string): string {
  if (!/[%\\]/.test(text)) return text
  return text
    .replace(/(?:\\|%)u([0-9a-f]{4})|\\x([0-9a-f]{2})/gi, (_, four, two) => String.fromCharCode(Number.parseInt(four ?? two, 16)))
    .replace(/%(c[01])%([89ab][0-9a-f])/gi, (_, lead, rest) => String.fromCharCode(((parseHex(lead) & 1) << 6) | (parseHex(rest) & 0x3f)))
    .replace(/(?:%[0-9a-f]{2})+/gi, run => new TextDecoder().decode(Uint8Array.from(run.slice(1).split('%'), parseHex)))
}

function parseHex(digits: string): number {
  return Number.parseInt(digits, 16)
}

/** `C:x`, `/C:/x` of a file URL, `//?/C:/x`, and an alternate data stream; backslashes are already turned. */
function driveForm(path: string): string {
  const bare = path.replace(/^\/\/[?.]\//, '').replace(/::\$DATA$/i, '')
  return bare.replace(/^\/?([a-z]):\/*/i, (_, letter: string) => `/${letter.toLowerCase()}:/`)
}

const homes = /^(?:\$HOME|\$\{HOME\}|%USERPROFILE%|%HOMEPATH%)(?=\/|$)/i

function homeForm(path: string): string {
  if (!path.startsWith('~')) return path.replace(homes, '~')
  if (path === '~' || path.startsWith('~/')) return path
  return path.startsWith('~root/') || path === '~root' ? `/${path.slice(1)}` : `/home/${path.slice(1)}`
}

/** Windows drops dots and spaces at the end of a name. */
function trimName(name: string): string {
  let end = name.length
  while (end > 0 && name.charCodeAt(end - 1) === 0x20) end--
  if (name.slice(0, end) === '.' || name.slice(0, end) === '..') return name.slice(0, end)
  while (end > 0 && (name.charCodeAt(end - 1) === 0x20 || name.charCodeAt(end - 1) === 0x2e)) end--
  return name.slice(0, end)
}

function resolveDots(path: string): string {
  let rooted = path.startsWith('/')
  const names: string[] = []
  for (const name of path.split('/')) {
    if (name === '' || name === '.') continue
    const last = names.at(-1)
    if (name !== '..' || (!rooted && (last === undefined || last === '..'))) names.push(name)
    else if (names.pop() === '~' && names.length === 0) rooted = true
  }
  return (rooted ? '/' : '') + names.join('/') || '.'
}
