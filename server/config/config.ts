import { table, type VariableName } from './table.ts'
import type { Variable } from './variable.ts'

/** `BEHAVRY_DB_URL` → `dbUrl`. */
export type ConfigKey<Name extends string> = Name extends `BEHAVRY_${infer Rest}` ? Camel<Lowercase<Rest>> : never
type Camel<Text extends string> = Text extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : Text

type ValueOf<Row> = Row extends Variable<infer T> ? T : never

/**
 * The settings in force, one key a variable (`BEHAVRY_DB_URL` is `dbUrl`). Durations are `{ ms }`, sizes are bytes, secrets are `Secret`, keys
 * are PKCS#8 or SPKI PEM. Frozen.
 */
export type Config = { readonly [Name in VariableName as ConfigKey<Name>]: ValueOf<(typeof table)[Name]> }

/** A config as far as it could be read: what was faulty is absent. */
export type Draft = { readonly [Key in keyof Config]?: Config[Key] | undefined }

/** The key of a variable in `Config`. */
export function configKey(name: VariableName): keyof Config {
  const words = name.replace(/^BEHAVRY_/, '').toLowerCase()
  return words.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()) as keyof Config
}

/** Every variable in force with its name, in the table's order. */
export const variables = Object.entries(table) as readonly (readonly [VariableName, Variable<unknown>])[]
