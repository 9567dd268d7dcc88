import { join } from 'node:path'
import type { McpServer } from '../domain/server.ts'

/** The built-in MCP server as a newcomer's appliance registers it. */
export function demoServer(dataDir: string): Omit<McpServer, 'revision' | 'tenantId'> {
  const transport = { kind: 'stdio' as const, command: 'behavry', args: ['demo-mcp'], env: {}, folder: join(dataDir, 'tools', 'demo') }
  return { id: 'demo', name: 'Demo notes and files', enabled: true, timeoutMs: 30_000, transport }
}
