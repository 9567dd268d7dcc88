import type { Builtin } from '../builtins/builtin.ts'
import type { RuleNode, RuleTree } from '../compile/rule-tree.ts'
import { nowhere, type Position } from '../errors.ts'
import { equal } from '../values/equal.ts'
import { keyOf } from '../values/key.ts'
import { isObject, objectEntries } from '../values/object.ts'
import { type Entry, type Key, RegoObject, RegoSet, type Value } from '../values/value.ts'
import { Branch, descend, settle } from './branch.ts'
import { Builder } from './builder.ts'
import { conflict, type PlannedRule, planRule } from './plan-rule.ts'
import type { Program } from './planner.ts'
import type { Query } from './query.ts'

/** The rules at one node, planned. */
interface Definition {
  readonly rules: readonly PlannedRule[]
  readonly fallback: PlannedRule | undefined
  readonly isPartial: boolean
  /** Every rule gives the same constant: the first that holds decides. */
  readonly isSettledByFirst: boolean
  readonly evaluate: (query: Query) => Value | undefined
}

/** A compiled program: plans rules when they are first needed and evaluates documents. */
export class CompiledProgram implements Program {
  readonly #definitions: (Definition | undefined)[] = []

  constructor(
    readonly tree: RuleTree,
    private readonly builtins: ReadonlyMap<string, Builtin>,
  ) {}

  builtin(name: string): Builtin | undefined {
    return this.builtins.get(name)
  }

  document(query: Query, node: RuleNode): Value | undefined {
    return query.document(node, this.#definition(node).evaluate)
  }

  call(query: Query, node: RuleNode, args: readonly Value[]): Value | undefined {
    query.host.budget.tick()
    return this.#complete(this.#definition(node), query, args)
  }

  extent(query: Query, node: RuleNode, base: Value | undefined): Value | undefined {
    const entries = new Map<Key, Entry>()
    if (isObject(base)) for (const entry of objectEntries(base)) entries.set(keyOf(entry[0]), entry)
    else if (base !== undefined && node.children.size === 0) return base
    const branch = new Branch(node, base)
    for (const [name, child] of node.children) {
      if (child.isFunction) continue
      const key = child.path.at(-1) as Value
      const value = settle(this, query, descend(this, query, branch, key))
      if (value !== undefined) entries.set(name, [key, value])
    }
    return new RegoObject(entries)
  }

  #definition(node: RuleNode): Definition {
    const known = this.#definitions[node.id]
    if (known) return known
    const definition = this.#define(node)
    this.#definitions[node.id] = definition
    return definition
  }

  #define(node: RuleNode): Definition {
    const planned = node.rules.map(rule => planRule(this, rule))
    const rules = planned.filter(({ rule }) => !rule.isDefault)
    const isPartial = rules.some(({ rule }) => rule.kind === 'member' || rule.suffix.length > 0)
    const definition: Definition = {
      rules,
      fallback: planned.find(({ rule }) => rule.isDefault),
      isPartial,
      isSettledByFirst: isSettledByFirst(rules),
      evaluate: query => (isPartial ? this.#partial(definition, node, query) : this.#complete(definition, query, [])),
    }
    return definition
  }

  #complete({ rules, fallback, isSettledByFirst: first }: Definition, query: Query, args: readonly Value[]): Value | undefined {
    let result: Value | undefined
    for (const planned of rules) {
      const value = planned.value(query, args)
      if (value === undefined) continue
      if (result !== undefined && !equal(result, value)) throw conflict(planned.rule)
      result = value
      if (first) break
    }
    return result === undefined ? fallback?.value(query, args) : result
  }

  /** Partial rules, and the rules whose constant keys lie below them. */
  #partial({ rules }: Definition, node: RuleNode, query: Query): Value | undefined {
    const builder = new Builder()
    for (const planned of rules) planned.collect(query, builder)
    this.#below(node, query, builder)
    return builder.build() ?? (rules[0]?.rule.kind === 'member' && rules[0].rule.suffix.length === 0 ? RegoSet.empty : RegoObject.empty)
  }

  #below(node: RuleNode, query: Query, builder: Builder): void {
    for (const child of node.children.values()) {
      if (child.isFunction) continue
      const at = child.declared[0]?.at ?? nowhere
      const place = builder.descend([child.path.at(-1) as Value], at)
      if (child.hasRules) this.#contribute(child, query, place, at)
      else this.#below(child, query, place)
    }
  }

  /** Members and keys join those that are there already; a single value must stand alone. */
  #contribute(node: RuleNode, query: Query, place: Builder, at: Position): void {
    const definition = this.#definition(node)
    if (!definition.isPartial) {
      const value = this.document(query, node)
      if (value !== undefined) place.put([], value, at)
      return
    }
    for (const planned of definition.rules) planned.collect(query, place)
    this.#below(node, query, place)
  }
}

function isSettledByFirst(rules: readonly PlannedRule[]): boolean {
  const [first] = rules
  if (first?.rule.value.kind !== 'const' || first.rule.else) return false
  const { value } = first.rule.value
  return rules.every(({ rule }) => rule.value.kind === 'const' && !rule.else && equal(rule.value.value, value))
}
