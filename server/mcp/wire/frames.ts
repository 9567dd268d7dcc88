/** A JSON-RPC 2.0 request. `params` is JSON text and goes out as it is. */
export function requestFrame(id: number, method: string, params: string): string {
  return `{"jsonrpc":"2.0","id":${id},"method":${JSON.stringify(method)},"params":${params}}`
}

/** A JSON-RPC 2.0 notification. `params` is JSON text, left out when empty. */
export function notificationFrame(method: string, params = ''): string {
  return `{"jsonrpc":"2.0","method":${JSON.stringify(method)}${params === '' ? '' : `,"params":${params}`}}`
}

/** Tells a server that nobody waits for request `id` any more (MCP, basic/utilities/cancellation). */
export function cancelledFrame(id: number, reason: string): string {
  return notificationFrame('notifications/cancelled', JSON.stringify({ requestId: id, reason }))
}

/** What we answer to a request of a backend: `ping` is alive; nothing else was offered at `initialize`. */
export function replyFrame(id: string | number, method: string): string {
  const outcome = method === 'ping' ? { result: {} } : { error: { code: -32601, message: 'This client does not offer that method.' } }
  return JSON.stringify({ jsonrpc: '2.0', id, ...outcome })
}
