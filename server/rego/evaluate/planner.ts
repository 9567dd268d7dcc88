import type { Builtin } from '../builtins/builtin.ts'
import type { Body, Callee, Local, Term } from '../compile/ir.ts'
import type { RuleNode, RuleTree } from '../compile/rule-tree.ts'
import { visitVars } from '../compile/vars.ts'
import type { Position } from '../errors.ts'
import type { Value } from '../values/value.ts'
import type { Getter, Op, Step } from './frame.ts'
import { link } from './frame.ts'
import type { Query } from './query.ts'

/** What plans need of the program around them. Rules are planned after their tree stands, so this is asked at evaluation. */
export interface Program {
  readonly tree: RuleTree
  builtin(name: string): Builtin | undefined
  /** The document that the rules at a node define. */
  document(query: Query, node: RuleNode): Value | undefined
  /** The document at a node without rules of its own: what is below it, merged with the base document. */
  extent(query: Query, node: RuleNode, base: Value | undefined): Value | undefined
  call(query: Query, node: RuleNode, args: readonly Value[]): Value | undefined
}

/** State of planning one rule: a slot for every variable, and which of them are bound where the plan has come to. */
export class Planner {
  readonly #slots = new Map<string, number>()
  #bound = new Set<string>()
  #ops: Op[] = []
  #size = 0
  #fresh = 0

  constructor(
    readonly program: Program,
    private readonly planBody: (planner: Planner, body: Body) => void,
  ) {}

  /** Slots that a frame needs. */
  get size(): number {
    return this.#size
  }

  /** A slot that no variable has. */
  temporary(): number {
    return this.#size++
  }

  /** A variable that no source has. */
  fresh(at: Position): Local {
    return { kind: 'local', name: `$plan${this.#fresh++}`, shown: '_', at }
  }

  slot({ name }: Local): number {
    const known = this.#slots.get(name)
    if (known !== undefined) return known
    const slot = this.temporary()
    this.#slots.set(name, slot)
    return slot
  }

  isBound({ name }: Local): boolean {
    return this.#bound.has(name)
  }

  bind({ name }: Local): void {
    this.#bound.add(name)
  }

  push(op: Op): void {
    this.#ops.push(op)
  }

  /** Whether bound variables fix the term, refs that enumerate included. */
  isGround(term: Term): boolean {
    let ground = true
    visitVars(term, { inert: true }, local => {
      ground &&= this.isBound(local)
    })
    return ground
  }

  body(body: Body): void {
    this.planBody(this, body)
  }

  /** Plans something aside: its steps end in what `last` makes, and what it binds is unbound again. */
  aside(plan: () => void, last: () => Step): Step {
    const outer = { ops: this.#ops, bound: this.#bound }
    this.#ops = []
    this.#bound = new Set(outer.bound)
    plan()
    const step = link(this.#ops, last())
    this.#ops = outer.ops
    this.#bound = outer.bound
    return step
  }
}

/** Reads a slot. */
export function readSlot(slot: number): Getter {
  return frame => frame.slots[slot] as Value | undefined
}

export function calleeKey(callee: Callee): string {
  return 'builtin' in callee ? callee.builtin : `data ${JSON.stringify(callee.path)}`
}
