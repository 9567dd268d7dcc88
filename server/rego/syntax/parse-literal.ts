import type { Position } from '../errors.ts'
import { decimalOf, fromDecimal } from '../values/decimal.ts'
import type { Expr, Term } from './ast.ts'
import type { Cursor } from './cursor.ts'

/** A term that is a literal: no ref may begin at it. */
export function literal(cursor: Cursor, term: Term): Term {
  if (cursor.touches('[') || cursor.touches('.') || cursor.touches('(')) cursor.fail('illegal ref (head cannot be a scalar)', term.at)
  return term
}

/** The number behind the minus sign under the cursor. */
export function negativeNumber(cursor: Cursor, at: Position): Term {
  cursor.advance()
  const { number } = cursor.token
  if (number === undefined) return cursor.unexpected('expected number')
  cursor.advance()
  const { coefficient, exponent } = decimalOf(number)
  return literal(cursor, { kind: 'scalar', value: fromDecimal({ coefficient: -coefficient, exponent }), at })
}

/** The template string under the cursor (https://www.openpolicyagent.org/docs/policy-language#string-interpolation). */
export function parseTemplate(cursor: Cursor): Term {
  const at = cursor.at()
  const delimiter = cursor.token.text
  const parts: (string | Expr)[] = []
  for (;;) {
    const { text, ended } = cursor.lexer.templateText(delimiter)
    if (text !== '') parts.push(text)
    if (ended) break
    parts.push(cursor.nested(() => templateExpression(cursor)))
  }
  cursor.advance()
  return literal(cursor, { kind: 'template', parts, at })
}

function templateExpression(cursor: Cursor): Expr {
  cursor.advance()
  const [expr, ...more] = cursor.bodyUntil(cursor, '')
  if (!expr || more.length > 0) return cursor.fail('invalid template-string expression')
  if (!cursor.isSymbol('}')) cursor.unexpected('expected }')
  return expr
}
