import type { Term, Var } from './ast.ts'
import type { Cursor } from './cursor.ts'

/** The name under the cursor, whatever its kind; `_` is a variable of its own each time. */
export function parseName(cursor: Cursor): Var {
  const at = cursor.at()
  const { text } = cursor.advance()
  return { kind: 'var', name: text === '_' ? cursor.wildcard() : text, at }
}

/** The string after a dot: every word may stand there, keywords too. */
export function dotted(cursor: Cursor): Term {
  cursor.advance()
  const at = cursor.at()
  if ((cursor.token.kind !== 'name' && cursor.token.kind !== 'keyword') || cursor.token.spaced) cursor.unexpected('expected identifier')
  return { kind: 'scalar', value: cursor.advance().text, at }
}
