import { expect } from 'bun:test'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './source.ts'

/** Compares lines with a file under `test/golden/`. A change there is reviewed like code; BEHAVRY_UPDATE_GOLDENS=1 writes what is true today. */
export function expectGolden(name: string, lines: readonly string[]): void {
  const file = join(root, 'test', 'golden', name)
  if (process.env.BEHAVRY_UPDATE_GOLDENS === '1') writeFileSync(file, `${lines.join('\n')}\n`)
  const kept = existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : []
  const hint = `test/golden/${name} says otherwise. If the change is meant: BEHAVRY_UPDATE_GOLDENS=1 bun test test/house`
  const missing = kept.filter(line => !lines.includes(line)).map(line => `- ${line}`)
  const added = lines.filter(line => !kept.includes(line)).map(line => `+ ${line}`)
  if (missing.length + added.length > 0) throw new Error([hint, ...missing, ...added].join('\n'))
  expect(lines, hint).toEqual(kept)
}
