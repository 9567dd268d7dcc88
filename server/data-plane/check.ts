import type { Finding } from '../domain/finding.ts'
import type { ToolAnswer } from '../domain/gateway.ts'
import { isJsonObject, type Json } from '../domain/json.ts'
import type { Answered, Checked } from './stages.ts'
import type { DataPlane } from './world.ts'

/** Looks at the answer before the agent does: credentials are taken out, everything else is only recorded (spec 6). */
export function check(answered: Answered, world: DataPlane): Checked {
  if (answered.content === null) return { ...answered, findings: [], redacted: false }
  const findings = world.scanners.flatMap(scanner => scanner.scan(answered.content))
  const secrets = findings.filter(finding => finding.category === 'credential')
  if (secrets.length === 0) return { ...answered, findings, redacted: false }
  return { ...answered, answer: withoutSecrets(answered.answer, answered.content, secrets, world), findings, redacted: true }
}

function withoutSecrets(answer: ToolAnswer, content: Json, secrets: readonly Finding[], world: DataPlane): ToolAnswer {
  const clean = world.redact(content, secrets)
  if (answer.kind === 'result') return { kind: 'result', text: JSON.stringify(clean) }
  if (answer.kind !== 'error' || !isJsonObject(clean)) return answer
  return { kind: 'error', code: answer.code, message: String(clean.message), ...(clean.data !== undefined && { data: clean.data }) }
}
