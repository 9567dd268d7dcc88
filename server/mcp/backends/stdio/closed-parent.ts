import { statSync } from 'node:fs'
import { dirname } from 'node:path'

/** The nearest folder above `path` that other users may not walk through; undefined when all are open. Throws when one does not exist. */
export function closedParent(path: string): string | undefined {
  for (let parent = dirname(path); parent !== dirname(parent); parent = dirname(parent)) {
    if ((statSync(parent).mode & 0o001) === 0) return parent
  }
  return undefined
}
