import { compileError, type Position, type RegoError } from '../errors.ts'
import { keyOf } from '../values/key.ts'
import type { Key, Value } from '../values/value.ts'
import { pathText, type Rule } from './ir.ts'

/** What one head contributes to the tree before its body is looked at. */
export interface Declared {
  readonly path: readonly Value[]
  readonly arity: number | undefined
  readonly kind: 'value' | 'member'
  readonly isDefault: boolean
  readonly dynamic: boolean
  readonly at: Position
}

/** One place below `data` at which packages and rules stand. */
export class RuleNode {
  readonly children = new Map<Key, RuleNode>()
  readonly declared: Declared[] = []
  readonly rules: Rule[] = []
  /** The package that ends here. */
  isPackage = false

  constructor(
    readonly path: readonly Value[],
    readonly id: number,
  ) {}

  get isFunction(): boolean {
    return this.declared[0]?.arity !== undefined
  }

  /** Whether rules define the value here, rather than only below. */
  get hasRules(): boolean {
    return this.declared.length > 0
  }
}

/** All packages and rules of a program, as one tree below `data`. */
export class RuleTree {
  #count = 0
  readonly root = new RuleNode([], this.#count++)

  get size(): number {
    return this.#count
  }

  find(path: readonly Value[]): RuleNode | undefined {
    let node: RuleNode | undefined = this.root
    for (const key of path) node = node?.children.get(keyOf(key))
    return node
  }

  insert(path: readonly Value[]): RuleNode {
    let node = this.root
    path.forEach((key, depth) => {
      const next = node.children.get(keyOf(key)) ?? new RuleNode(path.slice(0, depth + 1), this.#count++)
      node.children.set(keyOf(key), next)
      node = next
    })
    return node
  }

  *nodes(node: RuleNode = this.root): Generator<RuleNode> {
    yield node
    for (const child of node.children.values()) yield* this.nodes(child)
  }
}

/** Rules that cannot stand at one place together (`rego_type_error`). */
export function conflicts(tree: RuleTree): readonly RegoError[] {
  return [...tree.nodes()].flatMap(node => [...kindConflicts(node), ...placeConflicts(node)])
}

function kindConflicts(node: RuleNode): readonly RegoError[] {
  const [first] = node.declared
  if (!first) return []
  const name = pathText(node.path)
  const mixed = node.declared.find(
    other => other.arity !== first.arity || other.kind !== first.kind || (other.kind === 'member' && other.dynamic !== first.dynamic),
  )
  if (mixed) return [compileError('rego_type_error', first.at, `conflicting rules ${name} found`)]
  const defaults = node.declared.filter(rule => rule.isDefault)
  return defaults.length > 1 ? [compileError('rego_type_error', first.at, `multiple default rules ${name} found`)] : []
}

function placeConflicts(node: RuleNode): readonly RegoError[] {
  const [first] = node.declared
  if (!first) return []
  if (node.isPackage)
    return [
      compileError(
        'rego_type_error',
        first.at,
        `package ${node.path.join('.')} conflicts with rule ${String(node.path.at(-1))} defined at ${first.at.file}:${first.at.row}`,
      ),
    ]
  if (node.children.size === 0 || (first.dynamic && first.kind === 'value')) return []
  if (first.dynamic) return []
  const below = [...node.children.values()].map(child => pathText(child.path)).sort()
  return [compileError('rego_type_error', first.at, `rule ${pathText(node.path)} conflicts with [${below.join(' ')}]`)]
}
