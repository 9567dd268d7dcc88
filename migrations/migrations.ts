import type { Migration } from 'kysely/migration'
import * as firstLight from './0001-first-light.ts'

/** Every migration in order, append-only: a compiled binary has no directory to scan. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-first-light': firstLight,
}
