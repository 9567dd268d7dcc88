import type { Socket } from 'bun'
import { faultIn, firstId, requestWriter } from './echo-call.ts'
import { readAnswer } from './http-answer.ts'
import { createTally, type LoadResult } from './tally.ts'

/** A closed loop: each keep-alive connection asks again as soon as it is answered. */
export interface LoadJob {
  readonly url: string
  /** Sent to every server alike, so that all read the same bytes. */
  readonly token: string
  readonly connections: number
  /** Asked but not counted, at first. */
  readonly warmupSeconds: number
  readonly seconds: number
}

interface Asked {
  /** 0 while nothing is asked. */
  id: number
  sentAt: number
  received: Buffer
}

type Connection = Socket<Asked>

const nothing = Buffer.alloc(0)
/** An answer that is not there by then is a failure. */
const graceMs = 5_000

/**
 * Runs one job to its end, on bare sockets, because a client library would be busier than the servers. Every answer is read and checked; what is not a good one
 * is a failure. Rejects only when it cannot connect.
 */
export async function runLoad(job: LoadJob): Promise<LoadResult> {
  const request = requestWriter(job.url, job.token)
  const from = performance.now() + job.warmupSeconds * 1000
  const until = from + job.seconds * 1000
  const tally = createTally(from, until)
  let nextId = firstId

  const ask = (socket: Connection) => {
    const id = nextId++
    socket.data = { id, sentAt: performance.now(), received: nothing }
    const text = request(id)
    if (socket.write(text) !== text.length) tally.fail('the request did not fit into the socket')
  }
  const receive = (socket: Connection, chunk: Buffer) => {
    const { id, sentAt, received } = socket.data
    socket.data.received = received.length === 0 ? Buffer.from(chunk) : Buffer.concat([received, chunk])
    const answer = readAnswer(socket.data.received)
    if (!answer) return
    const now = performance.now()
    const fault = faultIn(answer, id)
    if (fault === undefined) tally.answer(sentAt, now)
    else tally.fail(fault)
    socket.data.id = 0
    if (now < until) ask(socket)
    else socket.end()
  }
  await untilClosed(job, ask, receive, tally.fail, until + graceMs)
  return tally.result()
}

/** Opens the connections, lets each ask first, and resolves when all are closed; what is still open at `deadline` is cut. */
async function untilClosed(
  { url, connections }: LoadJob,
  ask: (socket: Connection) => void,
  receive: (socket: Connection, chunk: Buffer) => void,
  fail: (why: string) => void,
  deadline: number,
): Promise<void> {
  const { hostname, port } = new URL(url)
  const opened = Array.from({ length: connections }, async () => {
    const { promise: closed, resolve } = Promise.withResolvers<void>()
    const close = (socket: Connection) => {
      if (socket.data.id !== 0) fail('the connection was closed before the answer')
      resolve()
    }
    const error = (_: Connection, cause: Error) => fail(cause.message)
    const data: Asked = { id: 0, sentAt: 0, received: nothing }
    const socket = await Bun.connect<Asked>({ hostname, port: Number(port), data, socket: { data: receive, close, error } })
    return { socket, closed }
  })
  const all = await Promise.all(opened)
  for (const { socket } of all) ask(socket)
  const late = setTimeout(() => all.forEach(({ socket }) => void socket.terminate()), deadline - performance.now())
  await Promise.all(all.map(({ closed }) => closed))
  clearTimeout(late)
}
