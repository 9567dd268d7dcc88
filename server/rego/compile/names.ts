import type { Position } from '../errors.ts'
import type { Body, Expr, Module, Ref, Term } from '../syntax/ast.ts'

/** What a global name of a module stands for: a path below `data` or `input`. */
export interface Global {
  readonly root: 'data' | 'input'
  readonly path: readonly string[]
}

/** The keys of a ref that are strings, as far as they go. */
function stringKeys(path: readonly Term[]): readonly string[] {
  const end = path.findIndex(key => key.kind !== 'scalar' || typeof key.value !== 'string')
  return (end < 0 ? path : path.slice(0, end)).map(key => (key.kind === 'scalar' ? String(key.value) : ''))
}

/** The name under which an import is known in its module; undefined for imports that only switch the language. */
export function importName(ref: Ref, alias: string | undefined): string | undefined {
  const root = ref.head.kind === 'var' ? ref.head.name : ''
  if (root !== 'data' && root !== 'input') return undefined
  return alias ?? stringKeys(ref.path).at(-1) ?? root
}

/** Every global name of a module: the rules of all modules of its package, and its imports. */
export function globalNames(module: Module, packageRules: Iterable<string>): ReadonlyMap<string, Global> {
  const globals = new Map<string, Global>([
    ['data', { root: 'data', path: [] }],
    ['input', { root: 'input', path: [] }],
  ])
  for (const name of packageRules) globals.set(name, { root: 'data', path: [...module.package, name] })
  for (const { path, alias } of module.imports) {
    const name = importName(path, alias)
    if (name === undefined || path.head.kind !== 'var') continue
    globals.set(name, { root: path.head.name === 'input' ? 'input' : 'data', path: stringKeys(path.path) })
  }
  return globals
}

/** The variables that a pattern on the left of `:=` or in `some … in` declares. */
export function patternVars(term: Term): readonly { readonly name: string; readonly at: Position }[] {
  switch (term.kind) {
    case 'var':
      return term.name.startsWith('$') ? [] : [term]
    case 'array':
      return term.items.flatMap(patternVars)
    case 'object':
      return term.entries.flatMap(([, value]) => patternVars(value))
    default:
      return []
  }
}

/** The names that the statements of a body declare. */
export function declaredNames(body: Body): ReadonlySet<string> {
  return new Set(body.flatMap(declarations))
}

function declarations(expr: Expr): readonly string[] {
  switch (expr.kind) {
    case 'some':
      return expr.names.map(name => name.name)
    case 'some-in':
      return [...(expr.key ? patternVars(expr.key) : []), ...patternVars(expr.value)].map(name => name.name)
    case 'term': {
      const { term } = expr
      const target =
        term.kind === 'call' && term.infix && term.operator.kind === 'var' && term.operator.name === 'assign' ? term.args[0] : undefined
      return target ? patternVars(target).map(name => name.name) : []
    }
    default:
      return []
  }
}
