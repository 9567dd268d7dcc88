import type { JsonObject } from '../../server/domain/json.ts'

/** An MCP server that remembers what really reached it: the other half of every promise of the journal. */
export interface Witness {
  readonly url: string
  /** The `path` argument of each `tools/call`, in the order in which they came. */
  readonly seen: readonly string[]
  readonly stop: () => Promise<void>
}

interface Message {
  readonly id?: number
  readonly method: string
  readonly params?: { readonly name?: string; readonly arguments?: { readonly path?: string } }
}

const tool = {
  name: 'read_file',
  description: 'Reads a file.',
  inputSchema: { type: 'object', properties: { path: { type: 'string' } } },
}

export function startWitness(): Witness {
  const seen: string[] = []
  const results: Readonly<Record<string, (message: Message) => JsonObject | Promise<JsonObject>>> = {
    initialize: () => ({ protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'witness', version: '1' } }),
    'tools/list': () => ({ tools: [tool] }),
    'tools/call': async message => {
      seen.push(message.params?.arguments?.path ?? '')
      // Long enough that some calls are under way whenever the gateway is killed.
      await Bun.sleep(seen.length % 7)
      return { content: [{ type: 'text', text: 'read' }] }
    },
  }
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: async request => {
      if (request.method !== 'POST') return new Response(null, { status: 405 })
      const message = (await request.json()) as Message
      if (message.id === undefined) return new Response(null, { status: 202 })
      return Response.json({ jsonrpc: '2.0', id: message.id, result: await results[message.method]?.(message) })
    },
  })
  return { url: `http://127.0.0.1:${server.port}/mcp`, seen, stop: () => server.stop(true) }
}
