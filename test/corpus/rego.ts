import { existsSync, readFileSync } from 'node:fs'
import { excluded } from '../../server/rego/builtins/excluded.ts'
import { CompileFailure, compile, EvalFailure, evaluate, formatErrors, parseJson, type Value } from '../../server/rego/rego.ts'
import { orderedEntries } from '../../server/rego/values/compare.ts'
import { jsonText } from '../../server/rego/values/json.ts'
import type { ObjectValue } from '../../server/rego/values/value.ts'

/**
 * `bun test/corpus/rego.ts FILE.jsonl`: runs conformance cases, prints each failure with `-v`, and ends with one line
 * `rego: passed P of N, out of scope S`. Out of scope is a case that uses a builtin of the exclusion list, nothing else.
 */
export interface Case {
  readonly note: string
  readonly query: string
  readonly modules: readonly string[]
  readonly data?: Value
  readonly input?: Value
  readonly input_term?: string
  readonly want_result?: readonly Readonly<Record<string, Value>>[]
  readonly want_error_code?: string
  readonly want_error?: string
  readonly strict_error?: boolean
  readonly sort_bindings?: boolean
}

export function isOutOfScope({ query, modules }: Case): boolean {
  const text = [query, ...modules].join('\n')
  return [...excluded].some(name => text.includes(name))
}

/** Why the case fails, undefined when it passes. */
export function failureOf(test: Case): string | undefined {
  const wantsError = test.want_error !== undefined || test.want_error_code !== undefined
  try {
    const got = run(test)
    if (wantsError) return `expected error ${test.want_error_code ?? ''} ${test.want_error ?? ''}, got ${got.join(' ')}`
    const want = rowTexts(test, (test.want_result ?? []) as readonly Value[])
    return got.join('\n') === want.join('\n') ? undefined : `expected ${want.join(' ')}, got ${got.join(' ')}`
  } catch (error) {
    if (!(error instanceof EvalFailure) && !(error instanceof CompileFailure))
      return `crashed: ${error instanceof Error ? error.stack : String(error)}`
    if (!wantsError) return `unexpected ${error.message}`
    const code = error instanceof EvalFailure ? error.code : (error.errors[0]?.code ?? '')
    if (test.want_error_code !== undefined && code !== test.want_error_code) return `expected ${test.want_error_code}, got ${error.message}`
    return test.want_error === undefined || error.message.includes(test.want_error)
      ? undefined
      : `expected message ${test.want_error}, got ${error.message}`
  }
}

function run(test: Case): readonly string[] {
  const compiled = compile(test.modules.map((text, i) => ({ file: `test-${i}.rego`, text })))
  if (!compiled.ok) throw new CompileFailure(compiled.errors)
  const input = test.input_term === undefined ? test.input : term(test.input_term)
  const rows = evaluate(compiled.policy, test.query, {
    ...(input === undefined ? {} : { input }),
    ...(test.data === undefined ? {} : { data: test.data }),
    strictBuiltinErrors: test.strict_error ?? false,
    limits: { deadlineMs: 5000, bytes: 512 * 1024 * 1024 },
  })
  return rowTexts(
    test,
    rows.map(row => Object.fromEntries(row) as Value),
  )
}

/** Bindings as text; where their order does not count, neither does that of the elements directly in them. */
function rowTexts({ sort_bindings }: Case, rows: readonly Value[]): readonly string[] {
  if (!sort_bindings) return rows.map(row => jsonText(row))
  const elements = (value: Value): string => {
    const plain = parseJson(jsonText(value))
    return Array.isArray(plain)
      ? plain
          .map((item: Value) => jsonText(item))
          .sort()
          .join(',')
      : jsonText(value)
  }
  return rows
    .map(row =>
      orderedEntries(row as ObjectValue)
        .map(([name, value]) => `${String(name)}: ${elements(value)}`)
        .join(' '),
    )
    .sort()
}

function term(text: string): Value | undefined {
  const compiled = compile([{ file: 'input.rego', text: `package input_term\nvalue := ${text}` }])
  if (!compiled.ok) throw new Error(formatErrors(compiled.errors))
  return evaluate(compiled.policy, 'data.input_term.value = x')[0]?.get('x')
}

export function readCases(file: string): readonly Case[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter(line => line !== '')
    .map(line => parseJson(line) as unknown as Case)
}

function main(file: string | undefined, verbose: boolean): void {
  if (!file || !existsSync(file)) {
    process.stdout.write(`rego: no corpus at ${file ?? '(no file given)'}, skipped\n`)
    return
  }
  const cases = readCases(file)
  const inScope = cases.filter(test => !isOutOfScope(test))
  const failed = inScope.flatMap(test => {
    const failure = failureOf(test)
    return failure === undefined ? [] : [`${test.note}: ${failure}`]
  })
  if (verbose) for (const line of failed) process.stdout.write(`FAIL ${line}\n`)
  process.stdout.write(
    `rego: passed ${inScope.length - failed.length} of ${inScope.length}, out of scope ${cases.length - inScope.length}\n`,
  )
}

if (import.meta.main) main(process.argv[2], process.argv.includes('-v'))
