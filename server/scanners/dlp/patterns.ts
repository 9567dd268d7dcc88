import { credentials } from './credentials.ts'
import { numbers } from './numbers.ts'
import type { Pattern } from './pattern.ts'

/** Everything the DLP scanner looks for. */
export const patterns: readonly Pattern[] = [...credentials, ...numbers]
