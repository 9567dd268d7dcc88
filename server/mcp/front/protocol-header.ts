import { Failure } from '../../domain/failure.ts'
import { initializedVersions } from '../wire/versions.ts'

/** An `MCP-Protocol-Version` that we do not speak is refused with 400; none at all is taken for an older client (basic/transports). */
export function checkProtocolHeader(request: Request): void {
  const version = request.headers.get('mcp-protocol-version')
  if (version === null || (initializedVersions as readonly string[]).includes(version)) return
  throw new Failure('protocol_version_unsupported', `This server speaks MCP ${initializedVersions.join(', ')}.`)
}
