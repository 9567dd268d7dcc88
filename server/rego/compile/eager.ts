import { type Local, type Statement, type Term, unmodified } from './ir.ts'

/**
 * What a negated statement asks of other documents is asked before it, as OPA does: `not input.x > 1` does not hold when `input.x`
 * is undefined. Only the sides of an equality and a ref that stands alone stay inside the `not`.
 */
export function eager(statement: Statement, fresh: () => Local): readonly Statement[] {
  if (!statement.negated || statement.kind === 'every') return [statement]
  const before: Statement[] = []
  const bind = (term: Term): Term => {
    const local = fresh()
    before.push({ kind: 'unify', left: local, right: term, ...unmodified, withs: statement.withs, at: term.at })
    return local
  }
  const everywhere = (term: Term): Term => {
    const inner = mapParts(term, everywhere)
    return inner.kind === 'ref' || inner.kind === 'comprehension' ? bind(inner) : inner
  }
  const insideOnly = (term: Term): Term =>
    term.kind === 'ref' || term.kind === 'comprehension' ? mapParts(term, everywhere) : everywhere(term)
  const rewritten = rewrite(statement, everywhere, insideOnly)
  return [...before, rewritten]
}

type Rewrite = (term: Term) => Term

function rewrite(statement: Statement, everywhere: Rewrite, insideOnly: Rewrite): Statement {
  switch (statement.kind) {
    case 'test':
      return { ...statement, term: insideOnly(statement.term) }
    case 'unify':
      return { ...statement, left: insideOnly(statement.left), right: insideOnly(statement.right) }
    case 'call': {
      const isEquality = 'builtin' in statement.callee && statement.callee.builtin === 'equal'
      return { ...statement, args: statement.args.map(isEquality ? insideOnly : everywhere) }
    }
    default:
      return statement
  }
}

function mapParts(term: Term, map: Rewrite): Term {
  switch (term.kind) {
    case 'ref':
      return { ...term, path: term.path.map(map) }
    case 'array':
    case 'set':
      return { ...term, items: term.items.map(map) }
    case 'object':
      return { ...term, entries: term.entries.map(([key, value]) => [map(key), map(value)] as const) }
    default:
      return term
  }
}
