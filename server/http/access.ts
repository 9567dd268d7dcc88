import type { Caller } from '../contract/operation.ts'
import type { Access } from '../contract/route.ts'
import { Failure } from '../domain/failure.ts'
import { defaultTenantId } from '../domain/snapshot.ts'

/** Which door a request came through: the admin socket belongs to whoever runs the appliance, the network to nobody in particular. */
export type Door = 'admin-socket' | 'network'

/** The caller, when the matched route lets it in; throws `token_missing` otherwise. */
export function admitCaller(access: readonly Access[], door: Door, request: Request): Caller {
  if (door === 'admin-socket') return { actor: `local:${osUser(request)}`, tenantId: defaultTenantId }
  if (access.includes('anyone')) return { actor: 'anyone', tenantId: defaultTenantId }
  throw new Failure('token_missing', 'This needs an operator. Use the behavry command on the machine itself.')
}

/** Said by the command line, for the record; whoever can open the socket is that user or root anyway. */
function osUser(request: Request): string {
  const name = request.headers.get('x-behavry-os-user') ?? ''
  return /^[a-z_][a-z0-9_.-]{0,31}$/i.test(name) ? name : 'unknown'
}
