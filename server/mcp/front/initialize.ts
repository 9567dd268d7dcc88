import { Failure } from '../../domain/failure.ts'
import type { JsonObject } from '../../domain/json.ts'
import type { ServerProfile } from '../../domain/server.ts'
import { askedVersion, initializedVersions } from '../wire/versions.ts'
import type { McpRequest } from './message.ts'

/**
 * Answers `initialize` in the backend's name: the agent meets the server it asked for, less what does not pass through us yet. The client's version where we speak it, else
 * ours (basic/lifecycle, "Version Negotiation").
 */
export function initializeResult(message: McpRequest, profile: ServerProfile): JsonObject {
  const wanted = message.params.protocolVersion
  if (typeof wanted !== 'string') throw new Failure('invalid_params', 'params.protocolVersion must be a version.')
  return {
    protocolVersion: (initializedVersions as readonly string[]).includes(wanted) ? wanted : askedVersion,
    capabilities: { tools: {} },
    serverInfo: profile.serverInfo,
    ...(profile.instructions !== undefined && { instructions: profile.instructions }),
  }
}
