import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts'
import type { ServerProfile, Tool } from '../../domain/server.ts'
import { canonicalJson } from '../../json/canonical.ts'
import { sha256Hex } from '../../json/digest.ts'
import type { Answer } from '../wire/message.ts'
import { askedVersion, initializedVersions } from '../wire/versions.ts'
import { backendFailure } from './backend-failure.ts'
import type { Link, RequestLimits } from './link.ts'
import { resultOf } from './result-of.ts'
import { listTools } from './tool-pages.ts'

/** A backend that has been greeted and has shown its tools. */
export interface Connection {
  /** As of the last listing; another object when it changed. */
  readonly profile: () => ServerProfile
  readonly callTool: (params: string, limits: RequestLimits) => Promise<Answer>
  /** Lists the tools again. Throws as `listTools` does; the profile then stays as it was. */
  readonly refresh: (limits: RequestLimits) => Promise<void>
  /** True when it still answers. Never throws. */
  readonly isAlive: (limits: RequestLimits) => Promise<boolean>
  /** Closes once the last request under way has its answer. */
  readonly closeWhenIdle: () => void
  readonly close: () => Promise<void>
}

/**
 * Greets a backend (MCP 2025-11-25, basic/lifecycle) and lists its tools. We declare no client capability. Throws a backend failure;
 * closing the link is then the caller's business.
 */
export async function openConnection(link: Link, version: string, limits: RequestLimits): Promise<Connection> {
  let profile = await greet(link, version, limits)
  let underWay = 0
  let closing = false

  const tracked = async <T>(work: Promise<T>): Promise<T> => {
    underWay++
    try {
      return await work
    } finally {
      underWay--
      if (closing && underWay === 0) void link.close()
    }
  }
  return {
    profile: () => profile,
    callTool: (params, callLimits) => tracked(link.request('tools/call', params, callLimits)),
    refresh: async refreshLimits => {
      profile = { ...profile, ...pinned(await tracked(listTools(link, refreshLimits))) }
    },
    isAlive: pingLimits =>
      tracked(link.request('ping', '{}', pingLimits)).then(
        () => true,
        () => false,
      ),
    closeWhenIdle: () => {
      closing = true
      if (underWay === 0) void link.close()
    },
    close: link.close,
  }
}

async function greet(link: Link, version: string, limits: RequestLimits): Promise<ServerProfile> {
  const clientInfo = { name: 'behavry', version }
  const params = { protocolVersion: askedVersion, capabilities: {}, clientInfo }
  const { result } = await resultOf(link, 'initialize', params, limits)
  link.agreed(readVersion(result.protocolVersion))
  await link.notify('notifications/initialized')
  const capabilities = objectOrEmpty(result.capabilities)
  const tools = capabilities.tools === undefined ? [] : await listTools(link, limits)
  const { instructions } = result
  const spoken = { capabilities, serverInfo: objectOrEmpty(result.serverInfo), ...pinned(tools) }
  return typeof instructions === 'string' ? { ...spoken, instructions } : spoken
}

function pinned(tools: readonly Tool[]): Pick<ServerProfile, 'tools' | 'pins'> {
  return { tools, pins: new Map(tools.map(tool => [tool.name, sha256Hex(canonicalJson(tool))])) }
}

function readVersion(offered: Json | undefined): string {
  const version = initializedVersions.find(known => known === offered)
  if (version !== undefined) return version
  throw backendFailure('backend_invalid', `The MCP server speaks none of ${initializedVersions.join(', ')}.`, true)
}

function objectOrEmpty(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {}
}
