import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts'
import { initializedVersions } from '../wire/versions.ts'
import { DemoFault } from './fault.ts'
import type { Folder } from './folder.ts'
import { type DemoTool, demoTools, describeTools } from './tools.ts'

/** The answer to a request that the protocol knows no answer for. */
export class RpcError extends Error {
  override readonly name = 'RpcError'
  readonly code: number

  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}

type Method = (params: JsonObject, folder: Folder) => JsonObject

/** What the demo server answers, by method (MCP 2025-11-25). Throws `RpcError`. */
export function answer(method: string, params: JsonObject, folder: Folder): JsonObject {
  const run = Object.hasOwn(methods, method) ? methods[method] : undefined
  if (run === undefined) throw new RpcError(-32601, 'This method does not exist here.')
  return run(params, folder)
}

const methods: Readonly<Record<string, Method>> = {
  ping: () => ({}),
  initialize: ({ protocolVersion }) => ({
    protocolVersion: initializedVersions.find(known => known === protocolVersion) ?? initializedVersions[0],
    capabilities: { tools: {} },
    serverInfo: { name: 'behavry-demo', title: 'behavry demo server', version: '1.0.0' },
    instructions: 'Notes and files to try policies on. Nothing here is worth keeping.',
  }),
  'tools/list': () => ({ tools: describeTools() }),
  'tools/call': ({ name, arguments: given }, folder) => callTool(name, given, folder),
}

function callTool(name: Json | undefined, given: Json | undefined, folder: Folder): JsonObject {
  const tool = typeof name === 'string' && Object.hasOwn(demoTools, name) ? demoTools[name] : undefined
  if (tool === undefined) throw new RpcError(-32602, 'This server has no tool of that name.')
  try {
    return said(tool.run(folder, argumentOf(tool, isJsonObject(given) ? given : {})), false)
  } catch (error) {
    if (error instanceof DemoFault) return said(error.message, true)
    throw error
  }
}

function argumentOf(tool: DemoTool, given: JsonObject): (name: string) => string {
  const unknown = Object.keys(given).find(key => !Object.hasOwn(tool.parameters, key))
  if (unknown !== undefined) throw new DemoFault('There is an argument that this tool does not take.')
  return name => {
    const value = given[name]
    if (typeof value === 'string') return value
    throw new DemoFault(`The argument "${name}" is missing or not text.`)
  }
}

function said(text: string, isError: boolean): JsonObject {
  return isError ? { content: [{ type: 'text', text }], isError } : { content: [{ type: 'text', text }] }
}
