import type { Kind } from './kind.ts'

/** What defaults may depend on: the world as the caller saw it, as this room reads no environment itself. */
export interface Place {
  readonly production: boolean
  /** The user's home folder. */
  readonly home: string
  readonly isRoot: boolean
  /** `XDG_DATA_HOME` (XDG Base Directory Specification 0.8): used when absolute. */
  readonly xdgDataHome?: string | undefined
  /** The version baked into this build. */
  readonly release: string
}

/** A default that depends on the place, and how the reference tells it. */
export interface PlacedDefault {
  readonly shown: string
  readonly at: (place: Place) => string
}

/** What one variable is, besides how its text is read. */
export interface Traits {
  /** One line for the reference. */
  readonly meaning: string
  /** Unset is a fault in production, a warning in development. */
  readonly required?: 'production'
  /** What holds while it is unset, for the reference. */
  readonly unset?: string
  /** Comes from our generator: in production at least 32 characters, and like no other secret. */
  readonly generated?: true
  /** A bad value falls back to the default with a warning. Without it the variable is a control setting: a bad value is fatal. */
  readonly housekeeping?: true
  /** Read and checked already, used by nothing in this release: a set value is told. */
  readonly prepared?: true
}

/** One row of the table. `T` is the type of its value in `Config`. */
export interface Variable<T> extends Traits {
  readonly kind: Kind<unknown>
  readonly fallback?: PlacedDefault
  /** Carries the type only; never set. */
  readonly valueType?: () => T
}

/** A variable that always has a value. The default is text, read like any other, so that docs and parser cannot differ. */
export function defaulted<T, Text extends string>(
  kind: Kind<T, Text>,
  fallback: NoInfer<Text> | PlacedDefault,
  traits: Traits,
): Variable<T> {
  const placed = typeof fallback === 'string' ? { shown: `\`${fallback}\``, at: () => fallback } : fallback
  return { kind, fallback: placed, ...traits }
}

/** A variable that may be absent. */
export function optional<T>(kind: Kind<T>, traits: Traits): Variable<T | undefined> {
  return { kind, ...traits }
}
