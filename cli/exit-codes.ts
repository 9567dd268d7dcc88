import { Failure } from '../server/domain/failure.ts'

/** 0 ok, 1 failed, 2 bad usage or configuration, 3 not found, 4 refused, 5 unreachable. */
export function exitCodeOf(error: unknown): number {
  return error instanceof Failure ? error.row.exit : 1
}
