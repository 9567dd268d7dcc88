/**
 * A value that must not be shown. Printing, logging, or serialising it gives `[secret]`; only `reveal()` gives the value, so
 * that every place which handles the plain text can be found by one search.
 */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  reveal(): string {
    return this.#value
  }

  toString(): string {
    return '[secret]'
  }

  toJSON(): string {
    return '[secret]'
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[secret]'
  }
}
