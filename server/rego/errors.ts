/** Where something stands in a source: row and column count from 1. */
export interface Position {
  readonly file: string
  readonly row: number
  readonly col: number
}

/** OPA's codes of errors found before evaluation (https://www.openpolicyagent.org/docs/policy-language). */
export type CompileErrorCode =
  | 'rego_parse_error'
  | 'rego_compile_error'
  | 'rego_type_error'
  | 'rego_unsafe_var_error'
  | 'rego_recursion_error'

/** OPA's codes of errors found by evaluation; `eval_cancel_error` is also what an exhausted limit raises. */
export type EvalErrorCode =
  | 'eval_conflict_error'
  | 'eval_builtin_error'
  | 'eval_type_error'
  | 'eval_with_merge_error'
  | 'eval_cancel_error'
  | 'eval_internal_error'

/** One error in a policy, as data. */
export interface RegoError {
  readonly code: CompileErrorCode | EvalErrorCode
  readonly message: string
  readonly at: Position
}

/** What the stages of the compiler throw: every error that the stage found. */
export class CompileFailure extends Error {
  constructor(readonly errors: readonly RegoError[]) {
    super(formatErrors(errors))
  }
}

/** What evaluation throws: one error with its code and place. */
export class EvalFailure extends Error {
  constructor(
    readonly code: EvalErrorCode,
    readonly reason: string,
    readonly at?: Position,
  ) {
    super(`${at ? `${at.file}:${at.row}: ` : ''}${code}: ${reason}`)
  }
}

/** A place for what has none in a source. */
export const nowhere: Position = { file: '', row: 0, col: 0 }

export function compileError(code: CompileErrorCode, at: Position, message: string): RegoError {
  return { code, message, at }
}

/** The errors as OPA prints them, a line each, after a count when there are several. */
export function formatErrors(errors: readonly RegoError[]): string {
  const lines = errors.map(error => `${error.at.file ? `${error.at.file}:${error.at.row}: ` : ''}${error.code}: ${error.message}`)
  return lines.length === 1 ? (lines[0] ?? '') : [`${lines.length} errors occurred:`, ...lines].join('\n')
}
