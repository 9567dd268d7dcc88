import type { Config } from '../server/config/config.ts'
import { isCompiled } from './build-info.ts'
import type { Terminal } from './terminal.ts'

/** What a person reads when the server is up: where it is, and what to type next. */
export function welcome(url: string, config: Config, { paint }: Terminal): string {
  const where = config.dbUrl ? 'external database' : `embedded database in ${config.dataDir}`
  const self = isCompiled ? 'dist/behavry' : 'npx bun cli/main.ts'
  const up = `\n${paint.bold('behavry is up')} at ${url} (${config.env}, ${where})\n`
  if (config.env === 'production') return up
  const call = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_notes","arguments":{}}}'
  return [
    up,
    'In a second shell, take a token for the demo agent and make three calls with the official MCP client:',
    'a read is allowed, a delete denied, a write held for approval.',
    '',
    `  export TOKEN=$(${self} token issue --agent demo)`,
    `  node test/first-call.mjs ${url}/mcp/v1/demo`,
    '',
    `What was recorded   ${self} audit tail         and whether it is whole   ${self} audit verify`,
    `What is held        ${self} escalation list    let it pass, once         ${self} escalation approve ID`,
    '',
    'One call without a client:',
    '',
    `  curl -s ${url}/mcp/v1/demo -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\`,
    `    -d '${call}'`,
    '',
  ].join('\n')
}
