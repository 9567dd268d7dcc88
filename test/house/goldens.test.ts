import { expect, test } from 'bun:test'
import { documents, staleDocuments } from '../../build/write-docs.ts'
import { commands } from '../../cli/commands.ts'
import { failures } from '../../server/domain/failure.ts'
import { routes } from '../../server/routes.ts'
import { expectGolden } from './golden.ts'
import { root, sourceOf } from './source.ts'
import { closing, stringOf, type Token } from './tokens.ts'

test('the routes are those that were agreed on', () => {
  expectGolden(
    'routes.txt',
    routes.map(({ method, path, group, access }) => [method, path, group, access.join(',')].join(' ')),
  )
})

test('the commands are those that scripts rely on', () => {
  expectGolden(
    'commands.txt',
    commands.flatMap(({ name, args = '', summary, options = [] }) => [
      `${[name, args].filter(Boolean).join(' ')}: ${summary}`,
      ...options.map(({ flags, variable }) => `  ${name} ${flags}${variable === undefined ? '' : ` (${variable})`}`),
    ]),
  )
})

test('the failure codes keep their HTTP status, JSON-RPC code and exit code', () => {
  expectGolden(
    'failures.txt',
    Object.entries(failures).map(([code, { http, rpc, exit }]) => [code, http, rpc, exit].join(' ')),
  )
})

test('the record format only grows: what is stored and hashed keeps its names', () => {
  const { tokens } = sourceOf('server/domain/entry.ts')
  const names = ['EventType', 'Outcome'].flatMap(name => membersOfUnion(tokens, name).map(member => `${name} ${member}`))
  const keys = ['RecordedOpinion', 'EntryDraft', 'Entry'].flatMap(name => membersOf(tokens, name).map(member => `${name} ${member}`))
  expectGolden('record-format.txt', [...names, ...keys])
})

test('the documents in the repository say what their tables say', () => {
  expect(documents.map(({ path }) => path)).toContain('docs/errors.md')
  expect(staleDocuments(root)).toEqual([])
})

/** `type Name = 'a' | 'b'` has members a and b. */
function membersOfUnion(tokens: readonly Token[], name: string): readonly string[] {
  const head = tokens.findIndex((token, at) => token.text === name && tokens[at - 1]?.text === 'type')
  const end = tokens.findIndex((token, at) => at > head && token.text === 'export')
  return tokens.slice(head, end).flatMap(token => stringOf(token) ?? [])
}

/** Names of the fields of an interface; `?` behind those that may be absent. */
function membersOf(tokens: readonly Token[], name: string): readonly string[] {
  const head = tokens.findIndex((token, at) => token.text === name && tokens[at - 1]?.text === 'interface')
  const open = tokens.findIndex((token, at) => at > head && token.text === '{')
  const body = tokens.slice(open, closing(tokens, open))
  return body.flatMap((token, at) => {
    if (token.text !== 'readonly' || body[at + 2]?.text === '[') return []
    return [`${body[at + 1]?.text}${body[at + 2]?.text === '?' ? '?' : ''}`].filter(member => /^\w/.test(member))
  })
}
