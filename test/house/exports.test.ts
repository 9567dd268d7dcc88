import { expect, test } from 'bun:test'
import { doors, exportsOf, importsOf } from './imports.ts'
import { type SourceFile, sources } from './source.ts'
import { occurrences } from './tokens.ts'

/** Exports that only tests import, and why they stand open. */
const forTests: Readonly<Record<string, string>> = {
  'build/policies/capabilities.ts totalBuiltins': 'the list is compared with the compiler',
  'build/write-docs.ts documents': 'freshness of the documents',
  'build/write-docs.ts staleDocuments': 'freshness of the documents',
  'build/write-docs.ts writeDocuments': 'freshness of the documents',
  'server/judge/scope.ts covers': 'the plain rule, which the index is compared with',
}

test('an exported value is imported by another file of the product', () => {
  const dead = unimported().filter(({ isType }) => !isType)
  expect(dead.map(({ path, name }) => `${path} ${name}`).filter(place => forTests[place] === undefined)).toEqual([])
})

test('an exported type is imported by another file, or is part of what its own file exports', () => {
  const dead = unimported().filter(({ isType, name, file }) => isType && occurrences(file.tokens, [name]).length < 2)
  expect(dead.map(({ path, name }) => `${path} ${name}`)).toEqual([])
})

test('what stands open for tests is used by them, and still exported', () => {
  const exported = sources().flatMap(file => exportsOf(file).map(({ name }) => `${file.path} ${name}`))
  const taken = takenBy(sources('test/**/*.ts'))
  expect(Object.keys(forTests).filter(place => !exported.includes(place) || !taken.has(place))).toEqual([])
})

interface Unimported {
  readonly file: SourceFile
  readonly path: string
  readonly name: string
  readonly isType: boolean
}

function unimported(): readonly Unimported[] {
  const files = sources()
  const taken = takenBy(files)
  return files
    .flatMap(file => exportsOf(file).map(({ name, isType }) => ({ file, path: file.path, name, isType })))
    .filter(({ path }) => doors[path] === undefined)
    .filter(({ path, name }) => !taken.has(`${path} ${name}`) && !taken.has(`${path} *`))
}

function takenBy(files: readonly SourceFile[]): ReadonlySet<string> {
  return new Set(files.flatMap(importsOf).flatMap(({ path, names }) => names.map(name => `${path} ${name}`)))
}
