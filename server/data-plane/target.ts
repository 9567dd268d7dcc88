import type { ToolCall } from '../domain/call.ts'
import type { Finding } from '../domain/finding.ts'
import type { JsonObject } from '../domain/json.ts'
import { readingsOf } from '../domain/location.ts'
import { firstMentionOf, type Mention, resourceNounOf } from '../domain/resource.ts'
import { looksLikeStatement, verbAndObject } from './statement.ts'
import { withoutLogins, withoutUrlSecrets } from './url-text.ts'
import type { DataPlane } from './world.ts'

const maxTarget = 300

type Cleaners = Pick<DataPlane, 'scanners' | 'redact'>

/**
 * What a call is about, as the record and the reviewer see it: the first resource of the arguments, after everything that a scanner found in them has been
 * taken out. URLs lose userinfo, query and fragment, statements keep verb and object, a character that the database cannot hold is replaced; only
 * then is it cut. Where something was not looked at, the tool's noun stands for it. `findings` are those of the call, fields below `/arguments`.
 */
export function targetOf(call: ToolCall, findings: readonly Finding[], cleaners: Cleaners): string {
  const noun = resourceNounOf(call.tool)
  if (findings.some(isUnseen)) return noun
  const cleaned = cleaners.redact({ arguments: call.arguments }, secretsIn(findings)) as { readonly arguments: JsonObject }
  const mention = firstMentionOf(cleaned.arguments)
  const shown = withoutSecrets(mention ? shownForm(mention) : noun, cleaners)
  if (shown === undefined) return noun
  const clean = shown.toWellFormed().replaceAll('\0', '\ufffd')
  return clean.length > maxTarget ? `${cut(clean)}…` : clean
}

function shownForm({ kind, text }: Mention): string {
  const plain = withoutUrlSecrets(text)
  if (kind === 'statement' || looksLikeStatement(plain)) return verbAndObject(withoutLogins(plain))
  return withoutLogins(withoutUrlSecrets(readingsOf(plain)[0] ?? ''))
}

/** Normalising decodes: what only now looks like a secret goes too. Nothing, when the text is too long to look at. */
function withoutSecrets(text: string, { scanners, redact }: Cleaners): string | undefined {
  const findings = scanners.flatMap(scanner => scanner.scan(text))
  return findings.some(isUnseen) ? undefined : String(redact(text, secretsIn(findings)))
}

/** A call that is refused for one finding shows none of them; otherwise a reviewer may see whom a mail goes to. */
function secretsIn(findings: readonly Finding[]): readonly Finding[] {
  return findings.some(isGrave) ? findings : findings.filter(({ category }) => category === 'credential')
}

function isGrave({ severity }: Finding): boolean {
  return severity === 'high' || severity === 'critical'
}

/** A finding without a span says that a scanner did not come to the end. */
function isUnseen({ length }: Finding): boolean {
  return length === 0
}

/** Not between the halves of a surrogate pair. */
function cut(text: string): string {
  const end = (text.codePointAt(maxTarget - 1) ?? 0) > 0xffff ? maxTarget - 1 : maxTarget
  return text.slice(0, end)
}
