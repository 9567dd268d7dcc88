import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { importsOf, packageOf } from './imports.ts'
import { placeOf, root, sources } from './source.ts'
import { occurrences } from './tokens.ts'

/** The rooms that know a library: to swap it is a job of one room. */
const owners: Readonly<Record<string, readonly string[]>> = {
  kysely: ['server/postgres/', 'migrations/'],
  pg: ['server/postgres/'],
  elysia: ['server/http/', 'server/contract/'],
  jose: ['server/identity/'],
  '@open-policy-agent/opa-wasm': ['server/judge/'],
  re2js: ['server/rego/'],
  yaml: ['server/rego/'],
  commander: ['cli/'],
  chalk: ['cli/'],
  ink: ['tui/'],
  react: ['tui/'],
}

/** Who may begin a process, and for what. */
const starters: Readonly<Record<string, string>> = {
  'server/postgres/embedded/run.ts': 'initdb and its kin',
  'server/postgres/embedded/postmaster.ts': 'the embedded database',
  'server/mcp/backends/stdio/child.ts': 'stdio servers',
  'server/mcp/backends/stdio/isolation.ts': 'asks whether the sandbox works here',
  'cli/commands/serve.ts': 'becomes itself again with a higher limit',
  'build/build.ts': 'git, for the commit',
  'build/dev.ts': 'the appliance from source, again and again',
  'build/policies/opa.ts': 'the policy compiler',
}

const processCalls = [
  ['Bun', '.', 'spawn'],
  ['Bun', '.', 'spawnSync'],
  ['Bun', '.', '$'],
  ['process', '.', 'execve'],
  ['new', 'Worker'],
]

test('each library is imported only by the rooms that own it', () => {
  const strangers = packageImports().filter(({ from, name }) => !(owners[name] ?? []).some(room => from.startsWith(room)))
  expect(strangers.map(({ from, name }) => `${from} imports ${name}`)).toEqual([])
})

test('every library that ships is owned and used', () => {
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly dependencies: object }
  const used = new Set(packageImports().map(({ name }) => name))
  expect(Object.keys(dependencies).filter(name => owners[name] === undefined || !used.has(name))).toEqual([])
})

test('only those begin a process who have to', () => {
  const begun = sources().flatMap(file => processCalls.flatMap(call => occurrences(file.tokens, call)).map(token => placeOf(file, token)))
  const imported = sources()
    .flatMap(importsOf)
    .filter(({ specifier }) => /^(node:)?(child_process|cluster|worker_threads)$/.test(specifier))
    .map(({ from }) => from)
  const found = [...begun, ...imported]
  expect(found.filter(place => starters[place.split(':', 1)[0] ?? ''] === undefined)).toEqual([])
  expect(Object.keys(starters).filter(path => !found.some(place => place.startsWith(`${path}:`)))).toEqual([])
})

function packageImports(): readonly { readonly from: string; readonly name: string }[] {
  return sources()
    .flatMap(importsOf)
    .flatMap(({ from, specifier }) => {
      const name = packageOf(specifier)
      return name === undefined ? [] : [{ from, name }]
    })
}
