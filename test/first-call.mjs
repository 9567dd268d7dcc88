// A newcomer's first three calls through the proxy, with the official MCP client, on plain Node:
//   TOKEN=$(dist/behavry token issue --agent demo) node test/first-call.mjs [URL]
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'

const token = process.env.TOKEN
if (!token) {
  process.stderr.write('Set TOKEN first: export TOKEN=$(dist/behavry token issue --agent demo)\n')
  process.exit(2)
}
const url = new URL(process.argv[2] ?? 'http://127.0.0.1:8000/mcp/v1/demo')
const headers = { authorization: `Bearer ${token}` }
const client = new Client({ name: 'first-call', version: '1.0.0' })
await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers } }))

const { tools } = await client.listTools()
process.stdout.write(`tools: ${tools.map(tool => tool.name).join(', ')}\n`)
await call('read_note', { note: 'welcome' })
await call('delete_note', { note: 'welcome' })
await call('write_note', { note: 'todo', text: 'buy milk' })
await client.close()

async function call(name, args) {
  const result = await client.callTool({ name, arguments: args })
  const text = result.content.map(part => part.text).join(' ')
  process.stdout.write(`\n${name}: ${result.isError ? 'refused' : 'allowed'}\n  ${text.trim().split('\n')[0]}\n`)
  const decision = result._meta?.['behavry/decision']
  if (decision) process.stdout.write(`  ${JSON.stringify(decision)}\n`)
}
