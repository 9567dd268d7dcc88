import { expect, test } from 'bun:test'
import { exportsOf, importsOf } from './imports.ts'
import type { SourceFile } from './source.ts'
import { occurrences, tokensOf } from './tokens.ts'

/** `${code}`, as it stands inside a template. */
const hole = (code: string): string => ['$', `{${code}}`].join('')

const silent = [
  ['a line comment', '// await it'],
  ['a block comment', '/* await\n await */'],
  ['a string', "const a = 'await'"],
  ['a string with an escaped quote', "const a = 'it\\'s await'"],
  ['a template', 'const a = `$await {await}`'],
  ['a template behind a value', `const a = \`${hole('b')} await\``],
  ['a regular expression', "const a = /['`] await/.test(b)"],
  ['a longer word', 'const awaited = 1'],
] as const

test.each(silent)('%s holds no words of code', (_, text) => {
  expect(occurrences(tokensOf(text), ['await'])).toEqual([])
})

const heard = [
  ['inside a template', `const a = \`x ${hole('await b')} y\``],
  ['behind a nested template', `const a = \`x ${hole(`f(\`y ${hole('z')}\`, { c: 1 })`)} w\`; await b`],
  ['behind a division', 'const a = (b) / 2; await c / 3'],
  ['behind a regular expression with a quote', "const a = b.replace(/'/g, ''); await c"],
] as const

test.each(heard)('a word %s is heard once', (_, text) => {
  expect(occurrences(tokensOf(text), ['await'])).toHaveLength(1)
})

const imports = [
  ["import 'a'", 'a', []],
  ["import { b, type C as D } from './a.ts'", './a.ts', ['b', 'C']],
  ["import type { B } from './a.ts'", './a.ts', ['B']],
  ["import * as b from './a.ts'", './a.ts', ['*']],
  ["import {\n  b,\n  c,\n} from './a.ts'", './a.ts', ['b', 'c']],
  ["export { b } from './a.ts'", './a.ts', ['b']],
  ["type B = import('./a.ts').B", './a.ts', ['*']],
  ["const b = async () => await import('./a.ts')", './a.ts', ['*']],
] as const

test.each(imports)('%j is read as an import', (text, specifier, names) => {
  expect(importsOf(fileOf(text))).toEqual([
    { from: 'x/b.ts', specifier, path: specifier === 'a' ? undefined : 'x/a.ts', names: [...names] },
  ])
})

const exported = [
  ['export const a = 1', 'a', false, false],
  ['export async function* a() {}', 'a', false, false],
  ['export interface A {}', 'A', true, false],
  ['export default function a() {}', 'default', false, false],
  ["export * from './a.ts'", '*', false, true],
  ["export { b as c } from './a.ts'", 'c', false, true],
] as const

test.each(exported)('%j is read as an export', (text, name, isType, again) => {
  expect(exportsOf(fileOf(text))).toEqual([{ name, isType, again }])
})

test('a method called export is none', () => {
  expect(exportsOf(fileOf("key.export({ type: 'spki' })"))).toEqual([])
})

function fileOf(text: string): SourceFile {
  return { path: 'x/b.ts', text, tokens: tokensOf(text) }
}
