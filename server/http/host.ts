import { Failure } from '../domain/failure.ts'

/** Which Host and Origin values are ours. */
export interface HostRules {
  readonly check: (request: Request) => void
}

/** Open to the pages of any origin: what stands there is meant for everybody. */
const publicPath = /^https?:\/\/[^/]+\/\.well-known\//

/**
 * Refuses a request for somebody else's name (DNS rebinding) and one that a foreign web page makes, before any work, with `host_refused`. Accepted hosts: an
 * address literal, `localhost`, and the host of BEHAVRY_PUBLIC_URL; a name of under four characters is refused whatever it is, since Elysia finds the path of such
 * a URL in the wrong place. Accepted origins: pages of this machine, of BEHAVRY_PUBLIC_URL, and of the very host that was asked.
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
      if (origin === null || publicPath.test(request.url)) return
      const name = originHost(origin)
      if (name === undefined || (name !== host && name !== publicHost && !isLoopback(name))) {
        throw new Failure('host_refused', 'This Origin may not call here.')
      }
    },
  }
}

/** `name`, `name:port`, `[v6]`, `[v6]:port`; anything else is no host. */
function hostnameOf(host: string | null): string | undefined {
  return /^(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::[0-9]{1,5})?$/i.exec(host ?? '')?.[1]?.toLowerCase()
}

/** The host of an origin (RFC 6454 §6.2); `null`, a path, a user name or another scheme is none. */
function originHost(origin: string): string | undefined {
  const authority = /^https?:\/\/(.*)$/i.exec(origin)?.[1]
  return authority === undefined ? undefined : hostnameOf(authority)
}

function isAddress(name: string): boolean {
  return name.startsWith('[') || /^(\d{1,3}\.){3}\d{1,3}$/.test(name)
}

function isLoopback(name: string): boolean {
  return name === 'localhost' || name === '[::1]' || /^127(\.\d{1,3}){3}$/.test(name)
}
