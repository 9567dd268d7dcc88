import { serveUntilEnd } from './serve-until-end.ts'

/**
 * The trivial MCP backend behind every row of the bench, in a process of its own: one tool that gives back its argument, no session, JSON
 * answers. It is also the witness: `GET /calls` says how many tool calls each path has seen.
 */
interface Message {
  readonly id?: number | string
  readonly method: string
  readonly params?: { readonly arguments?: { readonly text?: string } }
}

const echo = {
  name: 'get_echo',
  description: 'Gives back a text.',
  inputSchema: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] },
}

const methods: Readonly<Record<string, (message: Message) => object>> = {
  initialize: () => ({
    protocolVersion: '2025-11-25',
    capabilities: { tools: {} },
    serverInfo: { name: 'bench', version: '1.0.0' },
  }),
  ping: () => ({}),
  'tools/list': () => ({ tools: [echo] }),
  'tools/call': ({ params }) => ({ content: [{ type: 'text', text: params?.arguments?.text ?? '' }], isError: false }),
}

const calls = new Map<string, number>()

async function answer(request: Request): Promise<Response> {
  const path = new URL(request.url).pathname
  if (path === '/calls') return Response.json(Object.fromEntries(calls))
  const message = (await request.json()) as Message
  if (message.id === undefined) return new Response(null, { status: 202 })
  if (message.method === 'tools/call') calls.set(path, (calls.get(path) ?? 0) + 1)
  const method = methods[message.method]
  const fate = method ? { result: method(message) } : { error: { code: -32601, message: 'no such method' } }
  return new Response(JSON.stringify({ jsonrpc: '2.0', id: message.id, ...fate }), { headers: { 'content-type': 'application/json' } })
}

await serveUntilEnd(answer)
