/** Everything the configuration is read from; nothing else is looked at. */
export interface Sources {
  /** Command-line settings by variable name: `{ BEHAVRY_LISTEN: … }`. */
  readonly flags?: Readonly<Record<string, string>>
  readonly env: Readonly<Record<string, string | undefined>>
  /** The text of the file given by `--env-file`. */
  readonly envFile?: string
  /** Gives a file's text, or throws. Called for `NAME_FILE` only. */
  readonly readFile: (path: string) => string
  readonly home: string
  readonly isRoot: boolean
  /** The version baked into this build. */
  readonly release: string
}

/** Where a value came from, strongest first; `file` is `NAME_FILE`. */
export type Origin = 'flag' | 'env' | 'file' | 'env-file' | 'default'

/** A variable that was set. Without `text` it was set in a way that a notice already calls a fault. */
export interface Given {
  readonly text?: string
  readonly origin: Origin
}
