import { compile, EvalFailure, evaluate, toJson, type Value } from '../../../server/rego/rego.ts'
import type { Program } from './generate.ts'
import type { Verdict } from './oracle.ts'

/** What our engine says of a program. */
export function ours({ module, input, data }: Program): Verdict {
  const compiled = compile([{ file: 'case.rego', text: module }])
  if (!compiled.ok) return { kind: 'compile', code: compiled.errors[0]?.code ?? '', message: compiled.errors[0]?.message ?? '' }
  try {
    const [row] = evaluate(compiled.policy, 'data.case = x', {
      input: input as Value,
      data: { base: data as Value },
      strictBuiltinErrors: false,
      limits: { deadlineMs: 2000 },
    })
    const value = row?.get('x')
    return { kind: 'result', result: value === undefined ? undefined : toJson(value) }
  } catch (error) {
    if (!(error instanceof EvalFailure)) throw error
    return { kind: 'eval', code: error.code, message: error.reason }
  }
}

/** How two verdicts differ, undefined when they agree. */
export function difference(a: Verdict, b: Verdict): string | undefined {
  if (a.kind !== b.kind) return `${describe(a)} against ${describe(b)}`
  if (a.kind === 'result' && b.kind === 'result')
    return sorted(a.result) === sorted(b.result) ? undefined : `${sorted(a.result)} against ${sorted(b.result)}`
  return a.kind !== 'result' && b.kind !== 'result' && a.code !== b.code ? `${describe(a)} against ${describe(b)}` : undefined
}

function describe(verdict: Verdict): string {
  return verdict.kind === 'result' ? sorted(verdict.result) : `${verdict.code}: ${verdict.message}`
}

function sorted(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  )
}
