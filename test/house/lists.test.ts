import { expect, test } from 'bun:test'
import { basename, join } from 'node:path'
import { commands } from '../../cli/commands.ts'
import { migrations } from '../../migrations/migrations.ts'
import { routes } from '../../server/routes.ts'
import { importsOf } from './imports.ts'
import { pathsOf, root, sourceOf } from './source.ts'

test('every migration is in the list, in order and without gaps', () => {
  const names = pathsOf('migrations/[0-9]*.ts').map(path => basename(path, '.ts'))
  expect(Object.keys(migrations)).toEqual([...names])
  expect(names.map(name => Number(name.slice(0, 4)))).toEqual(names.map((_, at) => at + 1))
  for (const { specifier } of importsOf(sourceOf('migrations/migrations.ts')).filter(({ path }) => path !== undefined)) {
    expect(names).toContain(basename(specifier, '.ts'))
  }
})

test('every command has a file of its name and one row', () => {
  const loaded = importsOf(sourceOf('cli/commands.ts')).flatMap(({ path, names }) => (names[0] === '*' && path !== undefined ? [path] : []))
  expect(loaded).toEqual(commands.map(({ name }) => `cli/commands/${name.replaceAll(' ', '-')}.ts`))
  expect([...loaded].sort()).toEqual([...pathsOf('cli/commands/*.ts')])
})

test('every command can be loaded and runs something', async () => {
  for (const { name, load } of commands) expect(typeof (await load()).run, name).toBe('function')
})

test('every operation of the control plane is mounted, and every route leads to one', async () => {
  const exported = await Promise.all(pathsOf('server/control-plane/*.ts').map(async path => (await import(join(root, path))) as object))
  const operations = exported.flatMap(module => Object.entries(module)).filter(([, value]) => isOperation(value))
  const mounted = new Set<unknown>(routes.map(({ operation }) => operation))
  expect(operations.filter(([, value]) => !mounted.has(value)).map(([name]) => name)).toEqual([])
  expect(mounted.size).toBe(operations.length)
})

test('no two routes answer the same request', () => {
  const shapes = routes.map(({ method, path }) => `${method} ${path.replace(/:\w+/g, ':')}`)
  expect(shapes.filter((shape, at) => shapes.indexOf(shape) !== at)).toEqual([])
})

test('every policy has its tests beside it', () => {
  const paths = pathsOf('policies/**/*.rego')
  const bare = paths.filter(path => !path.endsWith('_test.rego') && !paths.includes(path.replace(/\.rego$/, '_test.rego')))
  expect(bare).toEqual([])
})

function isOperation(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'summary' in value && 'run' in value
}
