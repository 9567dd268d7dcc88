import type { Action } from '../domain/call.ts'
import type { Policy, PolicyInput, PolicyScope } from '../domain/policy.ts'

/** Gives the policies whose scope covers a call, in the order of the list. */
export type InScope<P extends Policy> = (input: PolicyInput) => readonly P[]

/** Does this scope cover the call? An absent list covers everything, an empty one nothing; words match exactly. */
export function covers(scope: PolicyScope, input: PolicyInput): boolean {
  return (
    listed(scope.servers, input.request.mcp_server) &&
    listed(scope.actions, input.request.action) &&
    listed(scope.tools, input.request.tool_name) &&
    listed(scope.agents, input.agent.id)
  )
}

const listed = (words: readonly string[] | undefined, word: string): boolean => words === undefined || words.includes(word)

/**
 * Precomputes which policies are asked where, by server and action; tools and agents are looked at per call, and only where a
 * policy names some. Servers that no policy names share one table.
 */
export function indexByScope<P extends Policy>(policies: readonly P[]): InScope<P> {
  const named = new Set(policies.flatMap(policy => policy.scope.servers ?? []))
  const elsewhere = byAction(policies.filter(policy => policy.scope.servers === undefined))
  const byServer = new Map([...named].map(server => [server, byAction(policies.filter(policy => listed(policy.scope.servers, server)))]))
  return input => {
    const row = (byServer.get(input.request.mcp_server) ?? elsewhere)(input.request.action)
    return row.everywhere ? row.policies : row.policies.filter(policy => covers(policy.scope, input))
  }
}

interface Row<P> {
  readonly policies: readonly P[]
  /** None of them names tools or agents. */
  readonly everywhere: boolean
}

function byAction<P extends Policy>(policies: readonly P[]): (action: Action) => Row<P> {
  const rows = new Map<Action, Row<P>>()
  return action => {
    const known = rows.get(action)
    if (known) return known
    const asked = policies.filter(policy => listed(policy.scope.actions, action))
    const row = { policies: asked, everywhere: asked.every(({ scope }) => scope.tools === undefined && scope.agents === undefined) }
    rows.set(action, row)
    return row
  }
}
