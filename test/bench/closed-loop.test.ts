import { expect, test } from 'bun:test'
import { runLoad } from './closed-loop.ts'

/** What a server does to each request, and whether the load generator may count it as answered. */
const text = 'The quick brown fox jumps over the lazy dog.'
const good = (id: unknown) => ({ jsonrpc: '2.0', id, result: { content: [{ type: 'text', text }] } })

const stories: readonly { readonly name: string; readonly answer: (id: number) => Response; readonly fault?: RegExp }[] = [
  { name: 'the echo', answer: id => Response.json(good(id)) },
  { name: 'a result in many bytes', answer: id => Response.json({ ...good(id), padding: 'é'.repeat(200_000) }) },
  { name: 'a refusal', answer: () => new Response('no', { status: 429 }), fault: /HTTP 429: no/ },
  { name: 'the answer to another request', answer: id => Response.json(good(id + 1)), fault: /not the answer/ },
  { name: 'an id of another type', answer: id => Response.json(good(String(id))), fault: /not the answer/ },
  { name: 'an error', answer: id => Response.json({ jsonrpc: '2.0', id, error: { code: -32603, message: 'x' } }), fault: /not the answer/ },
  {
    name: 'a denied tool result',
    answer: id => Response.json({ jsonrpc: '2.0', id, result: { content: [{ type: 'text', text }], isError: true } }),
    fault: /not the answer/,
  },
  { name: 'another text', answer: id => Response.json({ jsonrpc: '2.0', id, result: { content: [] } }), fault: /not the answer/ },
  { name: 'no JSON', answer: () => new Response('null'), fault: /not the answer: null/ },
  { name: 'no JSON at all', answer: () => new Response('<html>'), fault: /not the answer: <html>/ },
]

test.each(stories)('$name', async ({ answer, fault }) => {
  const tokens = new Set<string | null>()
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: async request => {
      tokens.add(request.headers.get('authorization'))
      return answer(((await request.json()) as { id: number }).id)
    },
  })
  try {
    const result = await runLoad({ url: `${server.url}mcp`, token: 'secret', connections: 4, warmupSeconds: 0, seconds: 0.1 })
    expect([...tokens]).toEqual(['Bearer secret'])
    if (fault) {
      expect(result.answered).toBe(0)
      expect(result.failures).toBeGreaterThan(0)
      expect(result.failed[0]).toMatch(fault)
    } else {
      expect(result.failed).toEqual([])
      expect(result.answered).toBeGreaterThanOrEqual(result.counted)
      expect(result.answered).toBeGreaterThan(0)
    }
  } finally {
    await server.stop(true)
  }
})

test('a connection that is closed instead of answered is a failure, one a connection', async () => {
  const server = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data: socket => void socket.terminate() } })
  try {
    const url = `http://127.0.0.1:${server.port}/mcp`
    const result = await runLoad({ url, token: 'x', connections: 3, warmupSeconds: 0, seconds: 0.1 })
    expect(result).toMatchObject({ answered: 0, counted: 0, failures: 3 })
  } finally {
    server.stop(true)
  }
})
