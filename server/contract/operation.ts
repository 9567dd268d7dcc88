import type { Static, TSchema } from 'elysia'

/** Who calls an operation, once the gate has let it in. */
export interface Caller {
  /** For the record: `local:<os user>`. */
  readonly actor: string
  readonly tenantId: string
}

/**
 * One thing that an operator or a program may ask for. Schemas are what the outside may say; `run` gets only what fits them and throws a `Failure` or gives what
 * the route answers with. `World` is the record of ports it needs, and nothing more.
 */
export interface Operation<World, Body extends TSchema = TSchema, Query extends TSchema = TSchema, Params extends TSchema = TSchema> {
  readonly summary: string
  readonly body?: Body
  readonly query?: Query
  readonly params?: Params
  /** HTTP status of success, or of an answer; 200 unless told. */
  readonly status?: number | StatusByAnswer
  /** Headers of success, besides or instead of those that every answer has. */
  readonly headers?: Readonly<Record<string, string>>
  readonly run: (
    input: { readonly body: Static<Body>; readonly query: Static<Query>; readonly params: Static<Params> },
    caller: Caller,
    world: World,
  ) => unknown
}

/** Where the status tells what the answer says. */
export interface StatusByAnswer {
  readonly possible: readonly number[]
  readonly of: (answer: unknown) => number
}

/** Infers the schemas, so that `run` is typed by them. */
export function operation<World, Body extends TSchema = TSchema, Query extends TSchema = TSchema, Params extends TSchema = TSchema>(
  row: Operation<World, Body, Query, Params>,
): Operation<World, Body, Query, Params> {
  return row
}
