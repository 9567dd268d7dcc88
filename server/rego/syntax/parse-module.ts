import { CompileFailure, compileError } from '../errors.ts'
import type { Body, Import, Module, Ref, Rule } from './ast.ts'
import { Cursor } from './cursor.ts'
import { parseBody } from './parse-body.ts'
import { dotted, parseName } from './parse-name.ts'
import { parseRule } from './parse-rule.ts'
import { parsePrimary } from './parse-term.ts'
import { futureKeywords } from './token.ts'

/** Which edition of the language a source is written in. */
export type Edition = 'v0' | 'v1'

const importRoots: ReadonlySet<string> = new Set(['data', 'future', 'input', 'rego'])

/**
 * Parses one module.
 * @throws CompileFailure with `rego_parse_error`; nothing else, whatever the text.
 */
export function parseModule(file: string, text: string, edition: Edition = 'v1'): Module {
  const cursor = new Cursor(file, text, edition === 'v1' ? futureKeywords : [], parseBody)
  const at = cursor.at()
  if (cursor.isEnd()) cursor.fail('empty module')
  if (!cursor.acceptKeyword('package')) cursor.unexpected('package expected')
  const path = parsePackage(cursor)
  const imports: Import[] = []
  const rules: Rule[] = []
  let v1 = edition === 'v1'
  while (!cursor.isEnd()) {
    if (cursor.isKeyword('import')) {
      const found = parseImport(cursor)
      v1 ||= isPath(found.path, 'rego', 'v1')
      imports.push(found)
    } else rules.push(...parseRule(cursor, v1))
    if (!cursor.isEnd() && !cursor.acceptSymbol(';') && !cursor.token.newline) cursor.unexpected()
  }
  return { file, package: path, imports, rules, comments: cursor.lexer.comments, at }
}

/** Parses the statements of a query. @throws CompileFailure with `rego_parse_error`. */
export function parseQuery(text: string, file = 'query'): Body {
  const cursor = new Cursor(file, text, futureKeywords, parseBody)
  if (cursor.isEnd()) throw new CompileFailure([compileError('rego_parse_error', cursor.at(), 'empty query')])
  return parseBody(cursor, 'end')
}

function parsePackage(cursor: Cursor): readonly string[] {
  if (cursor.token.kind !== 'name') cursor.unexpected('expected identifier')
  const term = parsePrimary(cursor)
  if (term.kind === 'var') return [term.name]
  if (term.kind !== 'ref' || term.head.kind !== 'var') return cursor.fail('package name must be a path', term.at)
  return [
    term.head.name,
    ...term.path.map(key =>
      key.kind === 'scalar' && typeof key.value === 'string'
        ? key.value
        : cursor.fail('package name cannot contain variables or non-string values', key.at),
    ),
  ]
}

function parseImport(cursor: Cursor): Import {
  const at = cursor.at()
  cursor.advance()
  const path = importPath(cursor)
  const root = path.head.kind === 'var' ? path.head.name : ''
  if (!importRoots.has(root))
    cursor.fail(`unexpected import path, must begin with one of: {data, future, input, rego}, got: ${root}`, path.at)
  learnKeywords(cursor, path, root)
  if (!cursor.acceptKeyword('as')) return { path, at }
  if (cursor.token.kind !== 'name') cursor.unexpected('expected var')
  return { path, alias: parseName(cursor).name, at }
}

function importPath(cursor: Cursor): Ref {
  if (cursor.token.kind !== 'name') cursor.unexpected('expected identifier')
  const head = parseName(cursor)
  const path = []
  while (cursor.touches('.') || cursor.touches('[')) {
    if (cursor.isSymbol('.')) path.push(dotted(cursor))
    else {
      cursor.advance()
      const key = parsePrimary(cursor)
      if (key.kind !== 'scalar' || typeof key.value !== 'string') cursor.fail('unexpected import path: expected string', key.at)
      cursor.expectSymbol(']')
      path.push(key)
    }
  }
  return { kind: 'ref', head, path, at: head.at }
}

function learnKeywords(cursor: Cursor, path: Ref, root: string): void {
  if (root === 'rego') {
    if (!isPath(path, 'rego', 'v1')) cursor.fail('invalid import, must be `rego.v1`', path.at)
    cursor.learn(futureKeywords)
  }
  if (root !== 'future') return
  const [first, word] = path.path.map(key => (key.kind === 'scalar' ? String(key.value) : ''))
  if (first !== 'keywords') cursor.fail('invalid import, must be `future.keywords`', path.at)
  if (word !== undefined && !futureKeywords.includes(word))
    cursor.fail(`unexpected keyword, must be one of {${futureKeywords.join(', ')}}`, path.at)
  cursor.learn(word === undefined ? futureKeywords : word === 'every' ? ['every', 'in'] : [word])
}

function isPath(ref: Ref, ...names: readonly string[]): boolean {
  const [root, ...keys] = names
  return (
    ref.head.kind === 'var' &&
    ref.head.name === root &&
    ref.path.length === keys.length &&
    ref.path.every((key, i) => key.kind === 'scalar' && key.value === keys[i])
  )
}
