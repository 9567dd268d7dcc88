import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, sources } from './source.ts'
import { occurrences } from './tokens.ts'

const ignored = /^(node_modules|dist|\.git)\/|\.(log|zst|wasm|png|ico|gz)$/

test('the lock file leads to no machine: names, versions and hashes only', () => {
  const lock = readFileSync(join(root, 'package-lock.json'), 'utf8')
  expect(lock.match(/"resolved"|https?:\/\/[^"]*\.tgz|registry\.[a-z]+/g) ?? []).toEqual([])
})

test('the lock file knows every package that another may ask for, on whatever platform: without, `npm ci` refuses it', () => {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, { readonly optionalDependencies?: Readonly<Record<string, string>> }>>
  }
  const known = new Set(Object.keys(packages).map(path => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)))
  const asked = Object.values(packages).flatMap(({ optionalDependencies = {} }) => Object.keys(optionalDependencies))
  expect(asked.filter(name => !known.has(name))).toEqual([])
})

test('no file names a folder of the machine it was written on', () => {
  expect(textFiles().filter(path => /(^|[^\w.~])\/(work|farm)\//m.test(readFileSync(join(root, path), 'utf8')))).toEqual([])
})

test('every test runs: none is singled out, none is left for later', () => {
  const set = sources('test/**/*.ts').filter(({ tokens }) =>
    ['only', 'todo'].some(word => occurrences(tokens, ['.', word, '(']).length > 0),
  )
  expect(set.map(({ path }) => path)).toEqual([])
})

function textFiles(): readonly string[] {
  return [...new Bun.Glob('**/*').scanSync({ cwd: root, dot: true })].filter(path => !ignored.test(path)).sort()
}
