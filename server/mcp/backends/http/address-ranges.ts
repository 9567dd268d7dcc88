import { BlockList, isIP } from 'node:net'
import { Failure } from '../../../domain/failure.ts'

/** Addresses that no backend may have, whatever is configured: they lead to this machine's own cloud identity, or to nobody. */
const neverRanges = [
  '0.0.0.0/8', // "this host": Linux connects it to loopback
  '169.254.0.0/16', // link-local (RFC 3927), cloud metadata
  '100.100.100.200/32', // metadata, Alibaba Cloud
  '168.63.129.16/32', // platform address, Azure
  '192.0.0.192/32', // metadata, Oracle Cloud
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, broadcast
  '::/128',
  'fe80::/10', // link-local
  'fd00:ec2::254/128', // metadata, AWS
  'fd20:ce::254/128', // metadata, Google Cloud
  'ff00::/8', // multicast
  '2001::/32', // Teredo: hides another address
  '2002::/16', // 6to4: hides another address
] as const

/** Addresses of loopback and private networks: only when BEHAVRY_BACKEND_ALLOW_CIDRS names them. */
const privateRanges = [
  '127.0.0.0/8',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10', // shared space (RFC 6598)
  '192.0.0.0/24',
  '198.18.0.0/15', // benchmarks (RFC 2544)
  '::1/128',
  'fc00::/7', // unique local (RFC 4193)
  'fec0::/10', // site-local, withdrawn
  '64:ff9b::/96', // NAT64: may lead to a private IPv4 network
  '64:ff9b:1::/48',
] as const

const never = rangeList(neverRanges)
const privateNetworks = rangeList(privateRanges)

export type AddressClass = 'public' | 'private' | 'never'

/** IPv6 networks whose last 32 bits are an IPv4 address; `::ffff:0:0/96` (IPv4-mapped) is known to `BlockList` itself. */
const wrappingRanges = [
  '::/96', // IPv4-compatible (RFC 4291 §2.5.5.1), withdrawn
  '::ffff:0:0:0/96', // IPv4-translated (RFC 2765)
  '64:ff9b::/96', // NAT64 (RFC 6052)
] as const
const wrappings = rangeList(wrappingRanges)

/** What kind of place an IP address is; an IPv4 address inside an IPv6 one (`::ffff:a.b.c.d`, `::a.b.c.d`) counts as both. */
export function classify(address: string): AddressClass {
  if (contains(never, address)) return 'never'
  return contains(privateNetworks, address) ? 'private' : 'public'
}

/** True when the list holds the address, or the IPv4 address that it wraps. */
export function contains(list: BlockList, address: string): boolean {
  if (isIP(address) === 4) return list.check(address, 'ipv4')
  const inner = wrappedIpv4(address)
  return list.check(address, 'ipv6') || (inner !== undefined && list.check(inner, 'ipv4'))
}

/** `::` and `::1` are addresses of their own. */
function wrappedIpv4(address: string): string | undefined {
  if (!wrappings.check(address, 'ipv6')) return undefined
  // The WHATWG spelling is hexadecimal, and leaves no group out behind the first run of zeros.
  const plain = new URL(`http://[${address}]/`).hostname.slice(1, -1)
  if (plain === '::' || plain === '::1') return undefined
  const [high = 0, low = 0] = plain
    .split(':')
    .slice(-2)
    .map(group => Number.parseInt(group || '0', 16))
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.')
}

/** Reads CIDR blocks (RFC 4632, RFC 4291 §2.3). Throws `configuration_invalid` when one is none. */
export function rangeList(cidrs: readonly string[]): BlockList {
  const list = new BlockList()
  for (const cidr of cidrs) {
    const [network = '', prefix = ''] = cidr.split('/')
    const version = isIP(network)
    if (version === 0 || !/^\d{1,3}$/.test(prefix) || Number(prefix) > (version === 4 ? 32 : 128)) {
      throw new Failure('configuration_invalid', `${JSON.stringify(cidr)} is not a CIDR block such as 10.0.0.0/8 or fc00::/7.`)
    }
    list.addSubnet(network, Number(prefix), version === 4 ? 'ipv4' : 'ipv6')
  }
  return list
}
