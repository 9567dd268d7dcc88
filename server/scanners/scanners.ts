import type { Scanner } from '../domain/scanner.ts'
import { createScanner as createDlpScanner } from './dlp/dlp.ts'

/** Every scanner of the product, in the order in which they look at a call. */
export const scanners: readonly Scanner[] = [createDlpScanner()]
