import { Failure } from '../domain/failure.ts'
import type { Finding } from '../domain/finding.ts'
import type { ToolAnswer } from '../domain/gateway.ts'
import { isJsonObject, type Json } from '../domain/json.ts'
import type { Answered, Checked } from './stages.ts'
import type { DataPlane } from './world.ts'

/**
 * Looks at the answer before the agent does: credentials are taken out, everything else is only recorded. An answer that could not be looked at, or not
 * to its end, is withheld.
 */
export function check(answered: Answered, world: DataPlane): Checked {
  const { content } = answered
  if (content === null) return { ...answered, findings: [], redacted: false }
  try {
    return look(answered, content, world)
  } catch (cause) {
    return withheld(answered, [], new Failure('internal', undefined, { cause }))
  }
}

function look(answered: Answered, content: Json, world: DataPlane): Checked {
  const findings = world.scanners.flatMap(scanner => scanner.scan(content))
  if (findings.some(finding => finding.pattern === 'unscanned_text')) {
    return withheld(
      answered,
      findings,
      new Failure('answer_withheld', 'The answer is too large or too deep to be looked through (1 MiB of text), so it is withheld.'),
    )
  }
  const secrets = findings.filter(finding => finding.category === 'credential')
  if (secrets.length === 0) return { ...answered, findings, redacted: false }
  return { ...answered, answer: withoutSecrets(answered.answer, content, secrets, world), findings, redacted: true }
}

function withheld(answered: Answered, findings: readonly Finding[], failure: Failure): Checked {
  return { ...answered, answer: { kind: 'fault', failure, eventId: answered.recorded.place.id }, findings, redacted: false }
}

function withoutSecrets(answer: ToolAnswer, content: Json, secrets: readonly Finding[], world: DataPlane): ToolAnswer {
  const clean = world.redact(content, secrets)
  if (answer.kind === 'result') return { kind: 'result', text: JSON.stringify(clean) }
  if (answer.kind !== 'error' || !isJsonObject(clean)) return answer
  return { kind: 'error', code: answer.code, message: String(clean.message), ...(clean.data !== undefined && { data: clean.data }) }
}
