import { expect, test } from 'bun:test'
import { expectGolden } from './golden.ts'
import { type SourceFile, sources } from './source.ts'
import { occurrences, type Token, tokensOf } from './tokens.ts'

/**
 * Every await of the data plane is a moment in which the world may change under a call that was already judged, and a wait in the fast path. So each is
 * known: a new one is looked at, by whoever adds it and by whoever reviews.
 */
test('every await of the data plane is known', () => {
  const files = sources('server/data-plane/**/*.ts')
  expectGolden(
    'data-plane-awaits.txt',
    files.flatMap(file => waitsOf(file).map(text => `${file.path}: ${text}`)),
  )
})

test('each stands on a line of its own text', () => {
  const text = [
    'async function run() {',
    '  const one = first(await a(), { b: await c() })',
    '  return await world.call(',
    '    one,',
    '  )',
    '}',
  ].join('\n')
  const file: SourceFile = { path: 'run.ts', text, tokens: tokensOf(text) }
  const one = 'const one = first(await a(), { b: await c() })'
  expect(waitsOf(file)).toEqual([one, one, 'return await world.call( one, )'])
})

/** A promise is also waited for by `.then`. */
function waitsOf(file: SourceFile): readonly string[] {
  const tokens = [...occurrences(file.tokens, ['await']), ...occurrences(file.tokens, ['.', 'then', '('])]
  return tokens.sort((a, b) => a.start - b.start).map(token => statementAt(file, token))
}

/** The line of the token, with the lines behind it until its brackets are closed; a block that it opens is left out. */
function statementAt({ text }: SourceFile, token: Token): string {
  const lines = text.slice(text.lastIndexOf('\n', token.start) + 1).split('\n')
  const end = lines.findIndex((line, at) => line.endsWith(' {') || depthOf(lines.slice(0, at + 1).join('\n')) <= 0)
  return lines
    .slice(0, end + 1)
    .map(line => line.trim())
    .join(' ')
}

function depthOf(text: string): number {
  return tokensOf(text).reduce((depth, { text: word }) => depth + (/^[([{]$/.test(word) ? 1 : /^[)\]}]$/.test(word) ? -1 : 0), 0)
}
