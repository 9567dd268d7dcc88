import type { Socket } from 'bun'
import { type Answer, readAnswer } from './http-answer.ts'

/** A closed loop: each connection asks again as soon as it is answered. */
export interface LoadJob {
  readonly url: string
  /** Sent to every server alike, so that all read the same bytes. */
  readonly token: string
  readonly connections: number
  /** Asked but not counted, at first. */
  readonly warmupSeconds: number
  readonly seconds: number
}

/** Latencies in milliseconds, as they were measured, of the counted answers. */
export interface LoadResult {
  readonly requestsPerSecond: number
  readonly p50: number
  readonly p99: number
  readonly counted: number
  /** All good answers, those before and after the counted time too. */
  readonly answered: number
  readonly failures: number
  /** The first few, in words. */
  readonly failed: readonly string[]
}

interface Connection {
  id: number
  sentAt: number
  received: Buffer
}

const text = 'The quick brown fox jumps over the lazy dog.'
/** Ids of one length, so that only they change in a request. */
const firstId = 100_000_000
const shownFailures = 3
/** An answer that takes longer is a failure. */
const graceMs = 5_000

/** Runs one job to its end; rejects only when it cannot connect. Every answer is read and checked: what is no good answer is a failure. */
export async function runLoad(job: LoadJob): Promise<LoadResult> {
  const ask = requestWriter(job)
  const startedAt = performance.now()
  const countFrom = startedAt + job.warmupSeconds * 1000
  const until = countFrom + job.seconds * 1000
  const latencies: number[] = []
  const failed: string[] = []
  let answered = 0
  let failures = 0
  let nextId = firstId
  let open = 0
  const { promise: done, resolve: finish } = Promise.withResolvers<void>()

  const fail = (why: string) => {
    failures++
    if (failed.length < shownFailures) failed.push(why)
  }
  const send = (socket: Socket<Connection>) => {
    socket.data.id = nextId++
    socket.data.sentAt = performance.now()
    if (socket.write(ask(socket.data.id)) === 0) fail('the request did not fit into the socket')
  }
  const receive = (socket: Socket<Connection>, answer: Answer) => {
    const now = performance.now()
    const fault = faultIn(answer, socket.data.id)
    if (fault !== undefined) fail(fault)
    else {
      answered++
      if (now >= countFrom && now < until) latencies.push(now - socket.data.sentAt)
    }
    socket.data.received = Buffer.alloc(0)
    socket.data.id = 0
    if (now < until) send(socket)
    else socket.end()
  }
  const closed = (socket: Socket<Connection>) => {
    if (socket.data.id !== 0) fail('the connection was closed before the answer')
    open--
    if (open === 0) finish()
  }
  const handlers = {
    data: (socket: Socket<Connection>, chunk: Buffer) => {
      const { received } = socket.data
      socket.data.received = received.length === 0 ? Buffer.from(chunk) : Buffer.concat([received, chunk])
      const answer = readAnswer(socket.data.received)
      if (answer) receive(socket, answer)
    },
    close: closed,
    error: (_: Socket<Connection>, error: Error) => fail(error.message),
  }

  const { hostname, port } = new URL(job.url)
  const sockets = await Promise.all(
    Array.from({ length: job.connections }, () => {
      const data: Connection = { id: 0, sentAt: 0, received: Buffer.alloc(0) }
      return Bun.connect<Connection>({ hostname, port: Number(port), data, socket: handlers })
    }),
  )
  open = sockets.length
  sockets.forEach(send)
  const late = setTimeout(() => sockets.forEach(socket => void socket.terminate()), until - startedAt + graceMs)
  await done
  clearTimeout(late)
  latencies.sort((a, b) => a - b)
  return {
    requestsPerSecond: latencies.length / job.seconds,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    counted: latencies.length,
    answered,
    failures,
    failed,
  }
}

/** A whole HTTP/1.1 request but for its id is made once. */
function requestWriter({ url, token }: LoadJob): (id: number) => string {
  const { host, pathname } = new URL(url)
  const tail = `,"method":"tools/call","params":{"name":"get_echo","arguments":${JSON.stringify({ text })}}}`
  const start = '{"jsonrpc":"2.0","id":'
  const length = start.length + String(firstId).length + tail.length
  const head = [
    `POST ${pathname} HTTP/1.1`,
    `Host: ${host}`,
    `Authorization: Bearer ${token}`,
    'Content-Type: application/json',
    'Accept: application/json, text/event-stream',
    'MCP-Protocol-Version: 2025-11-25',
    `Content-Length: ${length}`,
  ].join('\r\n')
  return id => `${head}\r\n\r\n${start}${id}${tail}`
}

interface EchoAnswer {
  readonly jsonrpc?: string
  readonly id?: number
  readonly result?: { readonly isError?: boolean; readonly content?: readonly { readonly text?: string }[] }
}

/** What is wrong with an answer: it must be the JSON-RPC result of this very request, and hold the echo. */
function faultIn({ status, body }: Answer, id: number): string | undefined {
  if (status !== 200) return `HTTP ${status}: ${body.slice(0, 300)}`
  const { jsonrpc, id: answeredId, result } = parsed(body)
  const good = jsonrpc === '2.0' && answeredId === id && result?.isError !== true && result?.content?.[0]?.text === text
  return good ? undefined : `not the answer: ${body.slice(0, 300)}`
}

function parsed(body: string): EchoAnswer {
  try {
    return JSON.parse(body)
  } catch {
    return {}
  }
}

/** Nearest rank, of sorted values; 0 when there are none. */
function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? 0
}
