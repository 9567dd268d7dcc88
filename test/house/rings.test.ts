import { expect, test } from 'bun:test'
import { importsOf, packageOf } from './imports.ts'
import { sources } from './source.ts'

const words = ['server/domain', 'server/contract', 'server/json', 'server/config']
const trade = ['data-plane', 'control-plane', 'approvals', 'behavior', 'journal', 'scanners', 'rego', 'catalogue'].map(
  room => `server/${room}`,
)
const edges = ['postgres', 'http', 'mcp', 'llm', 'judge', 'identity', 'sinks', 'hybrid'].map(room => `server/${room}`)
const everything = ['cli', 'tui', 'policies', 'migrations', 'build', 'server', 'dist']

/** What each room may import beside itself: rooms, or single files that are ports. A room that is not here does not exist. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries([...words, ...trade, ...edges].map(room => [room, words])),
  'server/postgres': [...words, 'dist', ...['store', 'chain', 'verify', 'unknown-outcomes'].map(port => `server/journal/${port}.ts`)],
  server: everything,
  'server/assembly': everything,
  cli: [...words, 'server', 'package.json'],
  tui: ['server/client.ts', 'server/contract'],
  policies: [...words, 'dist'],
  migrations: [],
  build: everything,
}

/** What a room may ask of the runtime: the rings inside are pure, time and ids come to them through ports. */
const pure = new Set([...words, ...trade])
const pureModules = new Set(['node:crypto', 'node:net'])

test('each room imports only what its ring may', () => {
  const broken = ours().filter(({ from, path }) => !allowed(roomOf(from), path))
  expect(broken.map(({ from, path }) => `${from} imports ${path}`)).toEqual([])
})

test('words and trade know no file system, no network and no process', () => {
  const broken = sources()
    .filter(file => pure.has(roomOf(file.path)))
    .flatMap(importsOf)
    .filter(({ specifier }) => /^(node:|bun)/.test(specifier) && !pureModules.has(specifier))
  expect(broken.map(({ from, specifier }) => `${from} imports ${specifier}`)).toEqual([])
})

test('migrations stand on Kysely alone, so that an old one never changes with the code', () => {
  const packages = sources('migrations/*.ts')
    .flatMap(importsOf)
    .map(({ specifier }) => packageOf(specifier))
  expect([...new Set(packages)].filter(name => name !== undefined)).toEqual(['kysely'])
})

test('an import leads to a file as it is spelled', () => {
  const lost = ours().filter(({ specifier }) => !/\.(ts|tsx|json|wasm|zst)$/.test(specifier))
  expect(lost.map(({ from, specifier }) => `${from} imports ${specifier}`)).toEqual([])
})

test('no import escapes the reader: it finds all that the runtime finds', () => {
  for (const file of sources()) {
    const scanner = new Bun.Transpiler({ loader: file.path.endsWith('x') ? 'tsx' : 'ts' })
    const found = importsOf(file).map(({ specifier }) => specifier)
    expect(
      scanner
        .scanImports(file.text)
        .map(({ path }) => path)
        .filter(path => !found.includes(path)),
    ).toEqual([])
  }
})

function ours(): readonly { readonly from: string; readonly specifier: string; readonly path: string }[] {
  return sources()
    .flatMap(importsOf)
    .flatMap(({ from, specifier, path }) => (path === undefined ? [] : [{ from, specifier, path }]))
}

function allowed(room: string, path: string): boolean {
  const rooms = mayImport[room]
  if (rooms === undefined) return false
  const other = roomOf(path)
  return (
    other === room ||
    rooms.includes(other) ||
    rooms.includes(path) ||
    (rooms === everything && everything.includes(path.split('/', 1)[0] ?? ''))
  )
}

/** `server/journal/chain.ts` is of the room `server/journal`, a door (`server/start.ts`) of `server`, `cli/commands/serve.ts` of `cli`. */
function roomOf(path: string): string {
  const [top = '', room = ''] = path.split('/')
  return top === 'server' && path.split('/').length > 2 ? `server/${room}` : top
}
