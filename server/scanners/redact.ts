import type { Finding } from '../domain/finding.ts'
import { isJsonObject, type Json, type JsonObject } from '../domain/json.ts'
import { mask } from './mask.ts'
import { redactText } from './redact-text.ts'
import { pointerToken } from './walk.ts'

interface Plan {
  /** Findings by the field they lie in. */
  readonly byField: ReadonlyMap<string, readonly Finding[]>
  /** Findings by the object that holds the field, for those that lie in a key. */
  readonly byParent: ReadonlyMap<string, readonly Finding[]>
  /** Fields with findings, and all that holds them. */
  readonly touched: ReadonlySet<string>
}

/**
 * The value with every finding's span replaced by `[REDACTED:pattern]`, in keys too; a number becomes a text. What holds no finding is
 * shared with the original, which is not changed. The findings are those a scanner gave for this very value, all or some of them.
 */
export function redact(value: Json, findings: readonly Finding[]): Json {
  return redactedNode(value, '', planOf(findings.filter(finding => finding.length > 0)))
}

function planOf(findings: readonly Finding[]): Plan {
  const touched = new Set<string>()
  for (const { field } of findings) {
    for (let pointer = field; !touched.has(pointer); pointer = parentOf(pointer)) touched.add(pointer)
  }
  const byField = Map.groupBy(findings, finding => finding.field)
  return { byField, byParent: Map.groupBy(findings, finding => parentOf(finding.field)), touched }
}

function parentOf(pointer: string): string {
  return pointer.slice(0, Math.max(0, pointer.lastIndexOf('/')))
}

function redactedNode(value: Json, pointer: string, plan: Plan): Json {
  if (!plan.touched.has(pointer)) return value
  if (Array.isArray(value)) return (value as readonly Json[]).map((item, index) => redactedNode(item, `${pointer}/${index}`, plan))
  if (isJsonObject(value)) return redactedObject(value, pointer, plan)
  if (typeof value !== 'string' && typeof value !== 'number') return value
  const fitting = fittingIn(String(value), plan.byField.get(pointer))
  return fitting.length === 0 ? value : redactText(String(value), fitting)
}

function redactedObject(object: JsonObject, pointer: string, plan: Plan): JsonObject {
  const redacted: Record<string, Json> = Object.create(null)
  const inKeys = plan.byParent.get(pointer)
  for (const key of Object.keys(object)) {
    const shown = redactText(key, fittingIn(key, inKeys))
    const child = redactedNode(object[key] as Json, `${pointer}/${pointerToken(shown)}`, plan)
    redacted[freeName(redacted, shown)] = child
  }
  return redacted
}

/** The field alone does not say whether the key or its value was meant; the sample does. */
function fittingIn(text: string, findings: readonly Finding[] = []): readonly Finding[] {
  return findings.filter(
    ({ offset, length, sample }) => offset + length <= text.length && mask(text.slice(offset, offset + length)) === sample,
  )
}

/** Two redacted keys may look alike; neither member may be lost. */
function freeName(object: JsonObject, name: string): string {
  let free = name
  for (let n = 2; object[free] !== undefined; n++) free = `${name}#${n}`
  return free
}
