import { operation } from '../contract/operation.ts'
import { Failure } from '../domain/failure.ts'
import type { Journal } from '../domain/journal.ts'
import type { SnapshotSource } from '../domain/snapshot.ts'

export interface HealthWorld {
  readonly version: string
  readonly journal: Journal
  readonly snapshots: SnapshotSource
}

/** Unconfirmed for longer than this and the instance says that it is not ready (spec 4). */
const readyAgeMs = 1_000

export const health = operation({
  summary: 'Name and version',
  run: (_, __, world: HealthWorld) => ({ status: 'ok', service: 'behavry', version: world.version }),
})

export const live = operation({ summary: '200 while the process runs', run: () => ({ status: 'live' }) })

export const ready = operation({
  summary: 'Whether calls would be let through',
  run: (_, __, world: HealthWorld) => {
    const components = {
      database: component(world.snapshots.ageMs() <= readyAgeMs, 'answers', 'does not confirm the snapshot'),
      journal: component(world.journal.available(), 'takes records', 'cannot be written'),
    }
    const unready = Object.values(components).filter(({ status }) => status !== 'ready')
    if (unready.length > 0) throw new Failure('overloaded', 'Not ready: calls are refused.', { details: { status: 'unready', components } })
    return { status: 'ready', components }
  },
})

function component(good: boolean, detail: string, fault: string) {
  return good ? { status: 'ready', detail } : { status: 'unready', detail: fault }
}
