import { BlockList, isIP } from 'node:net'
import { concealed, type Kind, kindOf, type Parsed } from './kind.ts'

/** Where a listener is opened; an IPv6 host without its brackets. */
export interface ListenAddress {
  readonly host: string
  readonly port: number
}

/** `host:port`; IPv6 in brackets. */
export const listenAddress: Kind<ListenAddress, `${string}:${number}`> = kindOf(
  '`host:port` with a port from 1 to 65535 (IPv6: `[::1]:8000`)',
  text => {
    const match = /^(?:\[([0-9a-fA-F:.]{2,45})\]|([A-Za-z0-9.-]{1,253})):(\d{1,5})$/.exec(text)
    const host = match?.[1] ?? match?.[2]
    const port = Number(match?.[3])
    if (host === undefined || port < 1 || port > 65_535) return undefined
    // Digits and dots only must be an address: `127.0.1` and `256.0.0.1` are typing mistakes, never names.
    const family = match?.[1] !== undefined ? isIP(host) === 6 : isIP(host) === 4 || /[A-Za-z]/.test(host)
    return family ? { host, port } : undefined
  },
)

/** Whether only this machine can reach the host: `localhost`, 127.0.0.0/8, `::1`. */
export function isLoopback(host: string): boolean {
  return (
    host === 'localhost' ||
    (isIP(host) === 4 && host.startsWith('127.')) ||
    (isIP(host) === 6 && new URL(`http://[${host}]`).hostname === '[::1]')
  )
}

/** A range of addresses (RFC 4632, RFC 4291 §2.3), in the shape that `BlockList.addSubnet` of node:net takes. */
export interface Cidr {
  readonly address: string
  readonly prefix: number
  readonly family: 'ipv4' | 'ipv6'
}

const neverAllowed = new BlockList()
neverAllowed.addSubnet('169.254.0.0', 16, 'ipv4')
neverAllowed.addSubnet('fe80::', 10, 'ipv6')
neverAllowed.addAddress('fd00:ec2::254', 'ipv6')

/** `10.0.0.0/8`, `fd00::/8`, or one address. Link-local and cloud metadata addresses are refused: no setting opens them. */
export const backendCidr: Kind<Cidr> = {
  form: 'a CIDR range',
  parse: text => {
    const [address = '', bits, ...rest] = text.split('/')
    const version = isIP(address)
    const widest = version === 4 ? 32 : 128
    const prefix = bits === undefined ? widest : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN
    if (version === 0 || address.includes('%') || rest.length > 0 || !(prefix <= widest)) return { broken: 'must be a CIDR range' }
    const family = version === 4 ? 'ipv4' : 'ipv6'
    if (neverAllowed.check(address, family)) return { broken: 'is link-local or a metadata address, which are never allowed' }
    return { value: { address, prefix, family } }
  },
}

const longestUrl = 2048

/** An `http` or `https` origin with an optional path, as a client would type it; a trailing slash is dropped. */
export const publicUrl: Kind<string> = kindOf('an `https://` or `http://` URL without credentials, query or fragment', text => {
  const url = text.length <= longestUrl && URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:\/\//i.test(text) || url.username || url.password || /[?#\s]/.test(text)) return undefined
  return url.href.replace(/\/+$/, '')
})

const sslModes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify']
const sslWords: Readonly<Record<string, string>> = { true: 'require', false: 'disable' }

/** A connection URL (PostgreSQL manual, "Connection URIs"); SQLAlchemy spellings are understood and noted. */
export const postgresUrl = concealed({ form: 'a `postgresql://` URL', parse: parsePostgresUrl })

function parsePostgresUrl(text: string): Parsed<string> {
  if (text.length > longestUrl) return { broken: `must have ${longestUrl} characters or fewer` }
  const plain = text.replace(/^postgresql\+asyncpg:\/\//, 'postgresql://')
  const url = /^postgres(ql)?:\/\/[^\s\p{Cc}]*$/u.test(plain) && URL.canParse(plain) ? new URL(plain) : undefined
  if (!url || !(url.hostname || url.searchParams.get('host'))) return { broken: 'must be a `postgresql://` URL that names a host' }
  if (!hasDecodableUser(url)) return { broken: 'has a user or password that is not percent-encoded' }
  const ssl = url.searchParams.get('ssl')
  if (ssl !== null) {
    url.searchParams.delete('ssl')
    url.searchParams.set('sslmode', sslWords[ssl] ?? ssl)
  }
  const mode = url.searchParams.get('sslmode')
  if (mode !== null && !sslModes.includes(mode)) return { broken: `must have an \`sslmode\` of ${sslModes.join(', ')}` }
  const outdated = [plain === text ? '' : '`postgresql+asyncpg://` for `postgresql://`', ssl === null ? '' : '`ssl` for `sslmode`'].filter(
    Boolean,
  )
  return outdated.length === 0 ? { value: url.href } : { value: url.href, note: `uses an outdated spelling: ${outdated.join(', ')}` }
}

function hasDecodableUser(url: URL): boolean {
  try {
    return decodeURIComponent(url.username + url.password) !== null
  } catch {
    return false
  }
}
