import type { Position } from '../errors.ts'

interface Declaration {
  readonly unique: string
  readonly how: 'declared' | 'assigned' | 'argument'
  readonly at: Position
  used: boolean
}

/** The names declared in one body, inside the bodies around it. */
export class Scope {
  readonly #declared = new Map<string, Declaration>()
  readonly #mentioned = new Set<string>()

  constructor(
    readonly outer: Scope | undefined,
    /** Names that a statement of this body declares, whether it was reached or not. */
    readonly pending: ReadonlySet<string>,
    /** Names that are fixed in this body although it declares none: those of the head. */
    readonly isRule = false,
  ) {}

  /** The unique name behind a declared name that is visible here. */
  find(name: string): string | undefined {
    const own = this.#declared.get(name)
    if (own) {
      own.used = true
      return own.unique
    }
    this.#mentioned.add(name)
    return this.outer?.findOuter(name)
  }

  /** What an inner body mentions does not forbid this one to declare the name later. */
  findOuter(name: string): string | undefined {
    const own = this.#declared.get(name)
    if (own) own.used = true
    return own ? own.unique : this.outer?.findOuter(name)
  }

  /** Whether a declaration that comes later, here or outside, hides the global of this name. */
  hides(name: string): boolean {
    return this.pending.has(name) || (this.outer?.hides(name) ?? false)
  }

  /** Declares a name; the answer is the complaint when that is not allowed. */
  declare(name: string, unique: string, how: Declaration['how'], at: Position, mustUse = false): string | undefined {
    const earlier = this.#declared.get(name)
    if (earlier) return earlier.how === 'argument' ? `arg ${name} redeclared` : `var ${name} ${earlier.how} above`
    if (this.isRule && this.outer?.ownArgument(name)) return `arg ${name} redeclared`
    if (this.#mentioned.has(name)) return `var ${name} referenced above`
    this.#declared.set(name, { unique, how, at, used: !mustUse })
    return undefined
  }

  ownArgument(name: string): boolean {
    return this.#declared.get(name)?.how === 'argument'
  }

  /** Declarations by `some` and `every` that nothing used. */
  unused(): readonly { readonly name: string; readonly at: Position }[] {
    return [...this.#declared].filter(([, declaration]) => !declaration.used).map(([name, { at }]) => ({ name, at }))
  }
}
