import { expect, test } from 'bun:test'
import { importsOf } from './imports.ts'
import { type SourceFile, sources } from './source.ts'

test('no file imports itself by way of others, types included', () => {
  expect(circlesOf(sources()).map(circle => circle.join(' -> '))).toEqual([])
})

test('a circle is found and printed from end to end', () => {
  const graph = { 'a.ts': ['b.ts'], 'b.ts': ['c.ts', 'd.ts'], 'c.ts': ['a.ts'], 'd.ts': [] }
  expect(circlesIn(new Map(Object.entries(graph)))).toEqual([['a.ts', 'b.ts', 'c.ts', 'a.ts']])
})

function circlesOf(files: readonly SourceFile[]): readonly (readonly string[])[] {
  return circlesIn(new Map(files.map(file => [file.path, importsOf(file).flatMap(({ path }) => path ?? [])])))
}

/** Depth first; a file on the way is met again. Each file is left once, so that every circle is reported at least by one of its roads. */
function circlesIn(graph: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const done = new Set<string>()
  const circles: (readonly string[])[] = []
  const visit = (path: string, way: readonly string[]): void => {
    if (way.includes(path)) circles.push([...way.slice(way.indexOf(path)), path])
    else if (!done.has(path)) {
      for (const next of graph.get(path) ?? []) visit(next, [...way, path])
      done.add(path)
    }
  }
  for (const path of graph.keys()) visit(path, [])
  return circles
}
