import type { JsonObject } from '../domain/json.ts'
import { refusal } from './reader.ts'

/** Refuses with `invalid_request` a name that other readers cut short or cannot hold: with NUL, or with half a surrogate pair. */
export function checkKey(key: string, offset: number): void {
  if (!key.isWellFormed() || key.includes('\0')) {
    throw refusal('invalid_request', offset, 'A key holds NUL or half a surrogate pair.')
  }
}

/**
 * Refuses with `duplicate_key` two keys that differ by case only: a reader that ignores case would take one for the other.
 * Folding is full upper, then lower case, so that `ſ` and the Kelvin sign meet `s` and `k`.
 */
export function checkFoldedKeys(object: JsonObject, offset: number): void {
  const keys = Object.keys(object)
  if (keys.every(key => isFolded.test(key))) return
  const folded = new Set<string>()
  for (const key of keys) folded.add(key.toUpperCase().toLowerCase())
  if (folded.size < keys.length) throw refusal('duplicate_key', offset, 'Two keys of an object differ by case only.')
}

const isFolded = /^[a-z0-9_.:/$ -]*$/
