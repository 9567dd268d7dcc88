import type { Builtin } from '../../builtins/builtin.ts'
import type { Type } from '../../builtins/type.ts'
import type { RuleNode, RuleTree } from '../rule-tree.ts'
import { bounded } from './algebra.ts'

/** What is known of every place with rules, of the builtins, and of the variables in one body with the bodies around it. */
export class TypeEnvironment {
  readonly #locals = new Map<string, Type>()

  constructor(
    readonly tree: RuleTree,
    readonly rules: Map<RuleNode, Type>,
    readonly builtins: ReadonlyMap<string, Builtin>,
    private readonly outer?: TypeEnvironment,
  ) {}

  inner(): TypeEnvironment {
    return new TypeEnvironment(this.tree, this.rules, this.builtins, this)
  }

  local(name: string): Type | undefined {
    return this.#locals.get(name) ?? this.outer?.local(name)
  }

  learn(name: string, type: Type): void {
    this.#locals.set(name, bounded(type))
  }
}
