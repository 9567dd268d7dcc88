/**
 * A file that is generated before the program can run: packed, compiled or written from inputs that live elsewhere. Each asset has a
 * module of its own in this folder that exports `const asset: Asset`; `assets.ts` is the list.
 *
 * Paths are relative to the repository's root. An asset is built again when an output is missing or the content of an input has changed.
 */
export interface Asset {
  readonly name: string
  readonly outputs: readonly string[]
  /** Every file that the outputs depend on, the module that builds them among them. */
  readonly inputs: () => Promise<readonly string[]>
  /** Writes all outputs; throws an `Error` with one sentence that says what to do when an input is missing. */
  readonly build: () => Promise<void>
}
