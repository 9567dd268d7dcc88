import type { TokenIssued } from '../../server/contract/token.ts'
import { Failure } from '../../server/domain/failure.ts'
import type { CommandContext } from '../command.ts'

export async function run({ admin, options, terminal }: CommandContext): Promise<void> {
  const { agent, ttl } = options
  if (typeof agent !== 'string') throw new Failure('usage', 'Say whose token: --agent NAME.')
  if (ttl !== undefined && !/^[1-9]\d*$/.test(String(ttl))) throw new Failure('usage', '--ttl takes a number of seconds.')
  const token = await admin().post<TokenIssued>('/api/v1/tokens', { agent, ...(ttl !== undefined && { ttl_seconds: Number(ttl) }) })
  if (terminal.json) terminal.printJson(token)
  else terminal.print(token.access_token)
}
