import type { Answer } from './http-answer.ts'

const text = 'The quick brown fox jumps over the lazy dog.'

/** Ids are of one length, so that only they differ between two requests. */
export const firstId = 100_000_000

/** Writes whole HTTP/1.1 requests for `tools/call` of `get_echo`; all but the id is made once. */
export function requestWriter(url: string, token: string): (id: number) => string {
  const { host, pathname } = new URL(url)
  const start = '{"jsonrpc":"2.0","id":'
  const end = `,"method":"tools/call","params":{"name":"get_echo","arguments":${JSON.stringify({ text })}}}`
  const head = [
    `POST ${pathname} HTTP/1.1`,
    `Host: ${host}`,
    `Authorization: Bearer ${token}`,
    'Content-Type: application/json',
    'Accept: application/json, text/event-stream',
    'MCP-Protocol-Version: 2025-11-25',
    `Content-Length: ${start.length + String(firstId).length + end.length}`,
  ].join('\r\n')
  return id => `${head}\r\n\r\n${start}${id}${end}`
}

interface EchoAnswer {
  readonly jsonrpc?: string
  readonly id?: number
  readonly result?: { readonly isError?: boolean; readonly content?: readonly { readonly text?: string }[] }
}

/** What is wrong with an answer: it must be the JSON-RPC result of the request with this id, and hold the echo. Undefined when it is good. */
export function faultIn({ status, body }: Answer, id: number): string | undefined {
  if (status !== 200) return `HTTP ${status}: ${body.slice(0, 300)}`
  const { jsonrpc, id: answered, result } = parsed(body)
  const good = jsonrpc === '2.0' && answered === id && result?.isError !== true && result?.content?.[0]?.text === text
  return good ? undefined : `not the answer: ${body.slice(0, 300)}`
}

function parsed(body: string): EchoAnswer {
  try {
    return (JSON.parse(body) as EchoAnswer | null) ?? {}
  } catch {
    return {}
  }
}
