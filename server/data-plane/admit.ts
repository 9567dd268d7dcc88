import { actionOf } from '../domain/action.ts'
import type { ToolCall } from '../domain/call.ts'
import { Failure } from '../domain/failure.ts'
import { isJsonObject } from '../domain/json.ts'
import { resourceCountOf, resourceNounOf, resourcesOf } from '../domain/resource.ts'
import type { McpServer, Tool } from '../domain/server.ts'
import { serverKey } from '../domain/snapshot.ts'
import { killSwitch } from './kill-switch.ts'
import type { Admitted, Identified } from './stages.ts'
import type { DataPlane } from './world.ts'

/** Finds what the call is about, and says what it does in the words that policies use. Throws `server_unknown`, `tool_unknown`, backend failures. */
export async function admit(identified: Identified, world: DataPlane): Promise<Admitted> {
  const { request, requestId } = identified
  const server = serverOf(identified, request.serverId)
  const killed = killSwitch(identified, server.id, request.tool)
  // A server that is switched off is not even asked what it offers.
  if (killed) return { ...identified, server, toolPin: '', call: callOf(identified, { name: request.tool }, requestId), opinions: [killed] }
  const known = world.backends.profile(server)
  const profile = known instanceof Promise ? await known : known
  const toolPin = profile.pins.get(request.tool)
  const tool = profile.tools.find(one => one.name === request.tool)
  if (!tool || toolPin === undefined) throw new Failure('tool_unknown', `The server ${server.id} has no tool of that name.`)
  return { ...identified, server, toolPin, call: callOf(identified, tool, requestId), opinions: [] }
}

/** The registered, enabled server of the agent's tenant; throws `server_unknown`. */
export function serverOf({ snapshot, agent }: Pick<Identified, 'snapshot' | 'agent'>, serverId: string): McpServer {
  const server = snapshot.servers.get(serverKey(agent.tenantId, serverId))
  if (!server?.enabled) throw new Failure('server_unknown')
  return server
}

function callOf({ request }: Identified, tool: Tool, requestId: string): ToolCall {
  const resources = resourcesOf(request.arguments)
  return {
    requestId,
    serverId: request.serverId,
    tool: request.tool,
    arguments: request.arguments,
    argumentsText: request.argumentsText,
    action: actionOf(request.tool, isJsonObject(tool.annotations) ? tool.annotations : undefined),
    resource: resources[0] ?? resourceNounOf(request.tool),
    resources,
    resourceCount: resourceCountOf(request.arguments),
  }
}
