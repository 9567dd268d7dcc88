import type { Caller, Operation } from './operation.ts'

/**
 * Who may call a route. `local` is the machine's own operator on the admin socket; `anyone` needs nothing. The roles between them are satisfied by a
 * signed-in operator, for whom this release has no sign-in yet: on the network they are refused.
 */
export type Access = 'anyone' | 'viewer' | 'analyst' | 'policy_author' | 'admin' | 'super' | 'local'

/** Which deployment mode's groups a route belongs to. */
export type RouteGroup = 'health' | 'auth' | 'agents' | 'servers' | 'escalations' | 'audit'

export interface Route<World> {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** `:name` marks a parameter. */
  readonly path: string
  readonly group: RouteGroup
  readonly access: readonly Access[]
  readonly operation: AnyOperation<World>
}

/** An operation whose schemas no longer matter: the mount checks input against them before it runs. */
export type AnyOperation<World> = Omit<Operation<World>, 'run'> & {
  // biome-ignore lint/suspicious/noExplicitAny: input is whatever the operation's own schemas say, checked by the mount
  readonly run: (input: any, caller: Caller, world: World) => unknown
}
