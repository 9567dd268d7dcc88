import type pg from 'pg'
import { Failure } from '../domain/failure.ts'
import { fulfilledWithin } from '../domain/within.ts'

/** A connection outside the pool, for one user: opened when it is needed, and anew after it was in doubt. */
export interface OwnConnection {
  /** Rejects when the database does not answer in time, or after `close`. */
  readonly get: () => Promise<pg.Client>
  /** Lets go of a connection whose state is not known, without waiting for it. */
  readonly drop: () => void
  /** Says goodbye, for at most a second: a server that hangs does not keep us from stopping. */
  readonly close: () => Promise<void>
}

const goodbyeMs = 1_000

/** `open` gives a new client; `greet` is what a new connection is told first. */
export function ownConnection(open: () => pg.Client, greet?: (client: pg.Client) => Promise<unknown>): OwnConnection {
  let current: pg.Client | undefined
  let closed = false

  const release = (client: pg.Client | undefined): Promise<void> => {
    if (current === client) current = undefined
    // The socket may be dead: ending it is a courtesy, and its failure says nothing new.
    return client?.end().catch(() => undefined) ?? Promise.resolve()
  }

  const connect = async (): Promise<pg.Client> => {
    const client = open()
    client.on('error', () => void release(client))
    try {
      await client.connect()
      await greet?.(client)
      if (closed) throw new Failure('database_unavailable')
    } catch (error) {
      void release(client)
      throw error
    }
    current = client
    return client
  }

  return {
    get: async () => {
      if (closed) throw new Failure('database_unavailable')
      return current ?? (await connect())
    },
    drop: () => void release(current),
    close: async () => {
      closed = true
      await fulfilledWithin(goodbyeMs, release(current))
    },
  }
}
