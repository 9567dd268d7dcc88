import { Failure } from '../domain/failure.ts'

/** Which Host and Origin values are ours. */
export interface HostRules {
  readonly check: (request: Request) => void
}

/**
 * Refuses a request for somebody else's name (DNS rebinding) and one that a foreign web page makes, before any work, with `host_refused`. Accepted: an address literal,
 * `localhost`, and the host of BEHAVRY_PUBLIC_URL. A name of under four characters is refused whatever it is: Elysia finds the path of such a URL in the wrong
 * place.
 */
export function createHostRules(publicUrl: string | undefined): HostRules {
  const publicHost = publicUrl === undefined ? undefined : new URL(publicUrl).hostname.toLowerCase()
  const isOurs = (name: string) => name.length > 3 && (name === 'localhost' || name === publicHost || isAddress(name))
  return {
    check: request => {
      const host = hostnameOf(request.headers.get('host'))
      if (host === undefined || !isOurs(host)) {
        throw new Failure('host_refused', 'This Host is not served here: use an address, localhost, or the host of BEHAVRY_PUBLIC_URL.')
      }
      const origin = request.headers.get('origin')
      if (origin !== null && !isOwnOrigin(origin, isOurs)) throw new Failure('host_refused', 'This Origin may not call here.')
    },
  }
}

/** `name`, `name:port`, `[v6]`, `[v6]:port`; anything else is no host. */
function hostnameOf(host: string | null): string | undefined {
  return /^(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::[0-9]{1,5})?$/i.exec(host ?? '')?.[1]?.toLowerCase()
}

function isAddress(name: string): boolean {
  return name.startsWith('[') || /^(\d{1,3}\.){3}\d{1,3}$/.test(name)
}

function isOwnOrigin(origin: string, isOurs: (name: string) => boolean): boolean {
  const name = /^https?:\/\/(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::[0-9]{1,5})?$/i.exec(origin)?.[1]?.toLowerCase()
  return name !== undefined && isOurs(name)
}
