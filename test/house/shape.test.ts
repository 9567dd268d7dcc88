import { expect, test } from 'bun:test'
import { functionsOf, quantile } from './functions.ts'
import { doors, exportsOf } from './imports.ts'
import { pathsOf, placeOf, sources } from './source.ts'
import { occurrences } from './tokens.ts'

interface Ban {
  /** The words as they follow each other in code; in a string or a comment they are harmless. */
  readonly words: readonly string[]
  /** Files, or folders with a `/` behind, that may, and why. */
  readonly except: Readonly<Record<string, string>>
}

const writers = { 'cli/': 'the terminal is its trade', 'build/': 'a tool of ours' }

const bans: readonly Ban[] = [
  {
    words: ['any'],
    except: {
      'server/contract/route.ts': 'an operation whose schemas no longer matter',
      'server/rego/': 'the name of a Rego type; the linter refuses the one of TypeScript',
    },
  },
  { words: ['console', '.'], except: {} },
  { words: ['debugger'], except: {} },
  { words: ['require', '('], except: {} },
  {
    words: ['process', '.', 'env'],
    except: { 'cli/': 'hands it to the reader of settings', 'server/mcp/backends/stdio/start-program.ts': 'the PATH of a child' },
  },
  { words: ['Bun', '.', 'env'], except: {} },
  { words: ['import', '.', 'meta', '.', 'env'], except: {} },
  { words: ['process', '.', 'exit'], except: { 'cli/': 'exit codes are made there', 'build/': 'a tool of ours' } },
  { words: ['process', '.', 'stdout'], except: { ...writers, 'server/demo-mcp.ts': 'MCP over stdio' } },
  { words: ['process', '.', 'stderr'], except: writers },
  { words: ['Math', '.', 'random'], except: {} },
]

/** The clock and ids come to words and trade through ports. */
const trade = /^server\/(domain|contract|json|config|data-plane|control-plane|approvals|behavior|journal|scanners|rego|catalogue)\//
const worldly = [
  ['Date', '.', 'now'],
  ['new', 'Date', '(', ')'],
  ['performance', '.', 'now'],
  ['crypto', '.', 'randomUUID'],
  ['Bun', '.', 'file'],
  ['fetch', '('],
  ['process', '.'],
]

/** Files of trade that ask the world themselves, and why. */
const atTheWorld: Readonly<Record<string, string>> = {
  'server/rego/world.ts': 'what the library takes when its caller brings no world',
}

const bannedNames = /^(utils?|helpers?|common|shared|misc|types|index|lib|src|constants|interfaces|models)$/

/** Aims, not laws: a file that is a list may be as long as its list. */
const longestFile = 200
const longLists: Readonly<Record<string, string>> = {
  'migrations/0001-first-light.ts': 'a list of tables, frozen once released',
  'server/rego/compile/lower.ts': 'one recursion over the terms of the language, a method for each kind',
}

const lengthOf = (text: string): number => text.trimEnd().split('\n').length

const suppressed: Readonly<Record<string, number>> = { 'server/contract/route.ts': 1, 'server/json/read-string.ts': 1 }

for (const { words, except } of bans) {
  test(`nobody says ${words.join('')} but those who must`, () => {
    const found = sources().flatMap(file => occurrences(file.tokens, words).map(token => placeOf(file, token)))
    expect(
      found.filter(place => !Object.keys(except).some(allowed => place.startsWith(`${allowed}${allowed.endsWith('/') ? '' : ':'}`))),
    ).toEqual([])
    expect(Object.keys(except).filter(allowed => !allowed.endsWith('/') && !found.some(place => place.startsWith(allowed)))).toEqual([])
  })
}

test('words and trade ask the world only through ports', () => {
  const files = sources().filter(file => trade.test(file.path))
  const found = files.flatMap(file => worldly.flatMap(call => occurrences(file.tokens, call)).map(token => placeOf(file, token)))
  expect(found.filter(place => atTheWorld[place.split(':', 1)[0] ?? ''] === undefined)).toEqual([])
  expect(Object.keys(atTheWorld).filter(path => !found.some(place => place.startsWith(`${path}:`)))).toEqual([])
})

test('exports have names, and no file only passes on what others export', () => {
  const exported = sources().flatMap(file => exportsOf(file).map(item => ({ ...item, path: file.path })))
  const broken = exported.filter(({ path, name, again }) => name === 'default' || (again && doors[path] === undefined))
  expect(broken.map(({ path, name }) => `${path} exports ${name}`)).toEqual([])
})

test('files and folders are named after the one thing inside, in kebab-case', () => {
  const paths = [...pathsOf('{cli,server,tui,migrations,build,test}/**/*.{ts,tsx,mjs}'), ...pathsOf('policies/**/*.ts')]
  const wrong = paths.filter(path => {
    const names = path.replace(/(\.test|\.d)?\.\w+$/, '').split('/')
    return names.some(name => bannedNames.test(name) || !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name))
  })
  expect(wrong).toEqual([])
})

test('files are short', () => {
  const long = sources().filter(({ path, text }) => lengthOf(text) > longestFile && longLists[path] === undefined)
  expect(long.map(({ path, text }) => `${path} has ${lengthOf(text)} lines`)).toEqual([])
})

test('functions are short: the median has at most 12 lines, nine in ten at most 45', () => {
  const sizes = sources().flatMap(functionsOf)
  const lines = sizes.map(size => size.lines)
  const longest = sizes.toSorted((a, b) => b.lines - a.lines).slice(0, 5)
  const report = longest.map(size => `${size.place} ${size.lines}`).join(', ')
  expect(quantile(lines, 0.5), report).toBeLessThanOrEqual(12)
  expect(quantile(lines, 0.9), report).toBeLessThanOrEqual(45)
})

test('a rule of the linter or the compiler is set aside only where it is known', () => {
  const counts = sources().map(
    ({ path, text }) => [path, text.match(/biome-ignore|@ts-(ignore|expect-error|nocheck)/g)?.length ?? 0] as const,
  )
  expect(Object.fromEntries(counts.filter(([, count]) => count > 0))).toEqual(suppressed)
})
