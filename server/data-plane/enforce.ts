import { Failure } from '../domain/failure.ts'
import { serverKey } from '../domain/snapshot.ts'
import type { Opinion } from '../domain/verdict.ts'
import { identify } from './authenticate.ts'
import { evaluate } from './evaluate.ts'
import { killSwitch } from './kill-switch.ts'
import { restrict } from './restrict.ts'
import type { Order, Permit, Recorded } from './stages.ts'
import type { DataPlane } from './world.ts'

/**
 * From what was recorded to what is done. Time has passed since the call was judged: where another snapshot is in force by now, the agent must still be
 * let in, the switches are looked at and the policies asked again; and the tool must still be the one that was judged. An objection here refuses a call whose record says it would be forwarded; its outcome
 * record then says `not_sent`.
 */
export async function enforce(recorded: Recorded, world: DataPlane): Promise<Order> {
  const { ruling } = recorded
  if (ruling.kind === 'deny') return { kind: 'refuse', recorded, by: ruling.by }
  if (ruling.kind === 'pending') return { kind: 'pending', recorded, escalationId: ruling.escalationId, expiresAt: ruling.expiresAt }
  const by = await objection(recorded, world)
  return by ? { kind: 'refuse', recorded, by } : { kind: 'forward', permit: permit(recorded) }
}

/** The only place that makes one. */
function permit(recorded: Recorded): Permit {
  return { recorded } as Permit
}

async function objection(recorded: Recorded, world: DataPlane): Promise<Opinion | undefined> {
  try {
    if (await isRedefined(recorded, world)) return redefined
    if (world.snapshots.current() === recorded.snapshot) return undefined
    return await judgeAgain(recorded, world)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return { source: 'enforce', decision: 'deny', reasonCode: error.code, reason: error.message }
  }
}

/** Whether the server has come back, or listed its tools again, with another definition of this one. */
async function isRedefined({ call, server, toolPin }: Recorded, world: DataPlane): Promise<boolean> {
  const known = world.backends.profile(server)
  const profile = known instanceof Promise ? await known : known
  return profile.pins.get(call.tool) !== toolPin
}

async function judgeAgain(recorded: Recorded, world: DataPlane): Promise<Opinion | undefined> {
  const again = { ...recorded, ...identify(recorded.claims, world.snapshots.current()) }
  const { server, call, snapshot } = again
  const killed = killSwitch(again, server.id, call.tool)
  if (killed) return killed
  const now = snapshot.servers.get(serverKey(again.tenant.id, server.id))
  if (!now?.enabled || now.revision !== server.revision) return serverChanged
  const { verdict } = restrict(await evaluate(again, world))
  const stillGranted = verdict.decision === 'escalate' && recorded.ruling.kind === 'forward' && recorded.ruling.grantId !== undefined
  return verdict.decision === 'allow' || verdict.decision === 'restrict' || stillGranted ? undefined : policyChanged
}

const redefined: Opinion = {
  source: 'enforce',
  decision: 'deny',
  reasonCode: 'tool_definition_changed',
  reason: 'The server changed the definition of this tool while the call was being recorded. List the tools again.',
}

const serverChanged: Opinion = {
  source: 'enforce',
  decision: 'deny',
  reasonCode: 'server_changed',
  reason: 'The MCP server was changed or removed while the call was being recorded. Try again.',
}

const policyChanged: Opinion = {
  source: 'enforce',
  decision: 'deny',
  reasonCode: 'policy_changed',
  reason: 'The rules for this call changed while it was being recorded. Try again.',
}
