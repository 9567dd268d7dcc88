import type { ToolAnswer, ToolRequest } from '../domain/gateway.ts'
import { admit } from './admit.ts'
import { authenticate } from './authenticate.ts'
import { blastRadius } from './blast-radius.ts'
import { check } from './check.ts'
import { consult } from './consult.ts'
import { enforce } from './enforce.ts'
import { evaluate } from './evaluate.ts'
import { forward } from './forward.ts'
import { record } from './record.ts'
import { refuse } from './refuse.ts'
import { restrict } from './restrict.ts'
import { scan } from './scan.ts'
import { settle } from './settle.ts'
import type { DataPlane } from './world.ts'

/**
 * One tool call from end to end. Steps throw a `Failure` only before the call is recorded; from there on everything is an answer. Nothing
 * reaches a backend but through `forward`, and `forward` takes only what `enforce` made of a recorded call.
 */
export async function pipeline(request: ToolRequest, world: DataPlane): Promise<ToolAnswer> {
  const received = { request, requestId: world.ids.next(), startedAt: world.clock.monotonic() }
  const identified = { ...received, ...(await authenticate(request, world)) }
  world.limiter.take(identified.agent.id)
  const admitted = blastRadius(await admit(identified, world))
  const scanned = scan(admitted, world)
  const judged = restrict(await evaluate(scanned, world))
  const consulted = await consult(judged, world)
  const recorded = await record(consulted, world)
  const order = await enforce(recorded, world)
  if (order.kind !== 'forward') return await refuse(order, world)
  const answered = await forward(order.permit, world)
  const checked = check(answered, world)
  return await settle(checked, world)
}
