import { Failure } from '../../domain/failure.ts'
import type { McpServer } from '../../domain/server.ts'
import type { Vault } from '../../domain/vault.ts'

/** How `servers.transport` stands in the database: sealed whole, since environment, headers and arguments may all hold credentials. */
export interface SealedTransport {
  readonly sealed: string
}

type Place = Pick<McpServer, 'tenantId' | 'id'>

/** Seals and opens the transports of servers, each for its own row. */
export interface Transports {
  /** As JSON text, for the column. */
  readonly seal: (place: Place, transport: McpServer['transport']) => string
  /** Undefined when it cannot be opened: then the fault has been told. */
  readonly open: (place: Place, stored: SealedTransport) => McpServer['transport'] | undefined
}

/** Opened ones are remembered, so that reading all servers again does not decrypt them again. */
const maxOpened = 4_096

/** `onFault` is told of each server whose transport cannot be opened, at every try. */
export function createTransports(vault: Vault, onFault: (server: Place, error: Failure) => void): Transports {
  const known = new Map<string, McpServer['transport']>()
  return {
    seal: (place, transport) => JSON.stringify({ sealed: vault.seal(place.tenantId, purposeOf(place), JSON.stringify(transport)) }),
    open: (place, stored) => {
      const sealed = String(stored?.sealed)
      // By its place too: what was copied from another row must not open here because it opened there.
      const key = `${place.tenantId}/${place.id}/${sealed}`
      const transport = known.get(key) ?? tryOpen(vault, place, sealed, onFault)
      if (transport) remember(known, key, transport)
      return transport
    },
  }
}

function purposeOf({ id }: Place): string {
  return `server/${id}`
}

function tryOpen(vault: Vault, place: Place, sealed: string, onFault: (server: Place, error: Failure) => void) {
  try {
    return JSON.parse(vault.open(place.tenantId, purposeOf(place), sealed)) as McpServer['transport']
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    onFault(place, error)
    return undefined
  }
}

function remember<T>(known: Map<string, T>, key: string, value: T): void {
  if (known.size >= maxOpened && !known.has(key)) known.delete(known.keys().next().value as string)
  known.set(key, value)
}
