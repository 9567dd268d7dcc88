import { Secret } from '../../server/domain/secret.ts'
import { createVault } from '../../server/identity/vault.ts'
import { createTransports, type Transports } from '../../server/postgres/registry/transports.ts'

/** Sealed for real, under a root secret of the tests; ids of servers that could not be opened go into `faults`. */
export function openTransports(faults: string[] = [], rootSecret = 'a root secret of the tests, long enough'): Transports {
  return createTransports(createVault(new Secret(rootSecret)), ({ id }, { code }) => faults.push(`${id} ${code}`))
}
