import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts'
import type { Tool } from '../../domain/server.ts'
import { backendFailure } from './backend-failure.ts'
import type { Link, RequestLimits } from './link.ts'
import { resultOf } from './result-of.ts'

const maxPages = 50
const maxTools = 1_000
/** All pages together, in characters of JSON text. */
const maxListLength = 4 * 1024 * 1024

/**
 * `tools/list` over all its pages (MCP 2025-11-25, server/utilities/pagination). Throws `backend_invalid` when the list is not one of
 * distinct named tools, never ends, or is larger than 1,000 tools, 50 pages or 4 MiB.
 */
export async function listTools(link: Link, limits: RequestLimits): Promise<readonly Tool[]> {
  const tools = new Map<string, Tool>()
  let cursor: string | undefined
  let length = 0
  for (let page = 0; page < maxPages; page++) {
    const answer = await resultOf(link, 'tools/list', cursor === undefined ? {} : { cursor }, limits)
    length += answer.text.length
    for (const tool of readPage(answer.result)) addTool(tools, tool)
    if (tools.size > maxTools || length > maxListLength) throw invalid('The MCP server offers more tools than one server may.')
    cursor = readCursor(answer.result)
    if (cursor === undefined) return [...tools.values()]
  }
  throw invalid(`The MCP server's list of tools does not end after ${maxPages} pages.`)
}

function readPage(result: JsonObject): readonly Tool[] {
  const { tools } = result
  if (!Array.isArray(tools)) throw invalid("The MCP server's list of tools is not a list.")
  return (tools as readonly Json[]).map(readTool)
}

function readTool(tool: Json): Tool {
  const name = isJsonObject(tool) ? tool.name : undefined
  if (!isJsonObject(tool) || typeof name !== 'string' || name === '') throw invalid('The MCP server offers a tool without a name.')
  return tool as Tool
}

function addTool(tools: Map<string, Tool>, tool: Tool): void {
  if (tools.has(tool.name)) throw invalid('The MCP server offers two tools of one name.')
  tools.set(tool.name, tool)
}

function readCursor(result: JsonObject): string | undefined {
  const { nextCursor } = result
  if (nextCursor === undefined || nextCursor === null) return undefined
  if (typeof nextCursor !== 'string') throw invalid('The MCP server gave a cursor that is not text.')
  return nextCursor
}

function invalid(message: string): Error {
  return backendFailure('backend_invalid', message, true)
}
