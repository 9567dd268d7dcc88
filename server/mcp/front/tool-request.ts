import { Failure } from '../../domain/failure.ts'
import type { Approach, ToolRequest } from '../../domain/gateway.ts'
import { isJsonObject, type JsonObject } from '../../domain/json.ts'
import { isName, type McpRequest } from './message.ts'

const maxNameLength = 256
const emptyArguments: JsonObject = Object.freeze(Object.create(null) as JsonObject)

/** The parameters of `tools/call` (server/tools, "Calling Tools"). Throws `invalid_params`. */
export function toolRequest(message: McpRequest, approach: Approach, signal: AbortSignal): ToolRequest {
  const { name, arguments: args, _meta: meta } = message.params
  if (typeof name !== 'string' || !isName(name, maxNameLength)) throw new Failure('invalid_params', 'params.name must be a tool name.')
  if (args !== undefined && !isJsonObject(args)) throw new Failure('invalid_params', 'params.arguments must be an object.')
  if (meta !== undefined && !isJsonObject(meta)) throw new Failure('invalid_params', 'params._meta must be an object.')
  return {
    ...approach,
    tool: name,
    arguments: args ?? emptyArguments,
    argumentsText: args ? textOf(message, args) : '{}',
    meta: meta && { value: meta, text: textOf(message, meta) },
    signal,
  }
}

function textOf(message: McpRequest, node: JsonObject): string {
  const text = message.parsed.textOf(node)
  if (text === undefined) throw new Error('the parser kept no text for the parameters')
  return text
}
