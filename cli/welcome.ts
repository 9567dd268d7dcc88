import type { Config } from '../server/config/config.ts'
import type { Terminal } from './terminal.ts'

/** What a person reads when the server is up: where it is, and what to type next. */
export function welcome(url: string, config: Config, { paint }: Terminal): string {
  const where = config.dbUrl ? 'external database' : `embedded database in ${config.dataDir}`
  const self = process.execPath.endsWith('/bun') ? 'bun cli/main.ts' : 'dist/behavry'
  const lines = ['', `${paint.bold('behavry is up')} at ${url} (${config.env}, ${where})`]
  if (config.env === 'production') return [...lines, ''].join('\n')
  const call = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_notes","arguments":{}}}'
  return [
    ...lines,
    '',
    'In a second shell, take a token for the demo agent and call a tool through the proxy:',
    '',
    `  TOKEN=$(${self} token issue --agent demo)`,
    `  curl -s ${url}/mcp/v1/demo -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\`,
    `    -d '${call}'`,
    '',
    'Then with the official MCP client: a read is allowed, a delete denied, a write held for approval:',
    '',
    `  BEHAVRY_TOKEN=$TOKEN node test/first-call.mjs ${url}/mcp/v1/demo`,
    '',
    `See what was recorded:  ${self} audit tail      Check it:  ${self} audit verify`,
    `See what is held:       ${self} escalation list  Let it pass once:  ${self} escalation approve ID`,
    '',
  ].join('\n')
}
