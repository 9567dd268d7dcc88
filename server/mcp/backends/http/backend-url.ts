import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import type { Failure } from '../../../domain/failure.ts'
import { backendFailure } from '../backend-failure.ts'
import { within } from '../deadline.ts'
import { classify, contains, rangeList } from './address-ranges.ts'

const lookupTimeoutMs = 5_000

/** A backend's URL that was checked, and one address of its host that was checked with it. */
export interface CheckedUrl {
  readonly url: URL
  /** As text, IPv6 without brackets. */
  readonly address: string
}

/**
 * Refuses a backend URL that leads where no backend may be: `backend_refused` when it is not plain http(s), holds a user name, or its
 * host has a link-local, metadata, or (unless `allowed` names it, CIDR blocks) loopback or private address; `backend_unavailable` when
 * the host cannot be resolved. To be asked when a definition is saved; connecting asks again.
 */
export async function checkBackendUrl(url: string, allowed: readonly string[]): Promise<void> {
  await resolveBackendUrl(url, allowed)
}

/** As `checkBackendUrl`, and gives the address to connect to. Every address of the host must be permitted, not only the first. */
export async function resolveBackendUrl(text: string, allowed: readonly string[]): Promise<CheckedUrl> {
  const url = readUrl(text)
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  const addresses = isIP(host) === 0 ? await resolve(host) : [host]
  const list = rangeList(allowed)
  for (const address of addresses) checkAddress(host, address, contains(list, address))
  const [address] = addresses
  if (address === undefined) throw unresolved(host)
  return { url, address }
}

/** The WHATWG parser has already turned `0x7f000001`, `2130706433` and `127.1` into `127.0.0.1`. */
function readUrl(text: string): URL {
  if (!URL.canParse(text)) throw refused('The address of the MCP server is not a URL.')
  const url = new URL(text)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw refused('The address of an MCP server begins with http:// or https://.')
  if (url.username !== '' || url.password !== '') {
    throw refused('The address of an MCP server holds no user name or password: put them into a header.')
  }
  return url
}

async function resolve(host: string): Promise<readonly string[]> {
  try {
    const found = await within(lookup(host, { all: true }), { timeoutMs: lookupTimeoutMs })
    return found.map(entry => entry.address)
  } catch (error) {
    throw unresolved(host, error)
  }
}

function checkAddress(host: string, address: string, isAllowed: boolean): void {
  const kind = classify(address)
  if (kind === 'public' || (kind === 'private' && isAllowed)) return
  const place = host === address ? address : `${host} (${address})`
  if (kind === 'never') {
    throw refused(
      `${place} is a link-local, metadata or reserved address: no MCP server may be there, whatever BEHAVRY_BACKEND_ALLOW_CIDRS says.`,
    )
  }
  throw refused(`${place} is a loopback or private address: name its network in BEHAVRY_BACKEND_ALLOW_CIDRS to allow it.`)
}

function refused(message: string): Failure {
  return backendFailure('backend_refused', message, false)
}

function unresolved(host: string, cause?: unknown): Failure {
  return backendFailure('backend_unavailable', `The host ${host} of the MCP server cannot be resolved.`, false, cause)
}
