import type { Finding } from '../domain/finding.ts'
import type { DataPlane } from './world.ts'

const maxTarget = 300
/** What is looked at of a longer text: more than is kept, so that no secret stands across the cut. */
const maxLook = 4_096

/**
 * What a call is about, as the record and the reviewer see it: a URL loses its userinfo, query and fragment, what looks like a secret is taken out, a
 * character that the database cannot hold is replaced, anything long is cut.
 */
export function targetOf(resource: string, { scanners, redact }: Pick<DataPlane, 'scanners' | 'redact'>): string {
  const text = withoutParameters(resource.slice(0, maxLook)).toWellFormed().replaceAll('\0', '\ufffd')
  const clean = String(redact(text, scanners.flatMap(scanner => scanner.scan(text)).filter(isSecret)))
  return clean.length > maxTarget ? `${cut(clean)}…` : clean
}

function withoutParameters(text: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text.replace(/[?#].*$/s, '').replace(/(:\/\/)[^/@]*@/, '$1') : text
}

function isSecret({ category, severity }: Finding): boolean {
  return category === 'credential' || severity === 'high' || severity === 'critical'
}

/** Not between the halves of a surrogate pair. */
function cut(text: string): string {
  const end = (text.codePointAt(maxTarget - 1) ?? 0) > 0xffff ? maxTarget - 1 : maxTarget
  return text.slice(0, end)
}
