import { operation } from '../contract/operation.ts'
import type { Journal } from '../domain/journal.ts'
import type { SnapshotSource } from '../domain/snapshot.ts'

export interface HealthWorld {
  readonly version: string
  readonly journal: Journal
  readonly snapshots: SnapshotSource
}

interface Component {
  readonly status: 'ready' | 'unready'
  readonly detail: string
}

interface Readiness {
  readonly status: 'ready' | 'unready'
  readonly components: Readonly<Record<string, Component>>
}

/** Unconfirmed for longer than this and the instance says that it is not ready. */
const readyAgeMs = 1_000

export const health = operation({
  summary: 'Name and version',
  run: (_, __, world: HealthWorld) => ({ status: 'ok', service: 'behavry', version: world.version }),
})

export const live = operation({ summary: '200 while the process runs', run: () => ({ status: 'live' }) })

export const ready = operation({
  summary: 'Whether calls would be let through: 200, or 503',
  status: { possible: [200, 503], of: answer => ((answer as Readiness).status === 'ready' ? 200 : 503) },
  run: (_, __, world: HealthWorld): Readiness => {
    const components = {
      database: component(world.snapshots.ageMs() <= readyAgeMs, 'answers', 'does not confirm the snapshot'),
      journal: component(world.journal.available(), 'takes records', 'cannot be written'),
    }
    const isReady = Object.values(components).every(({ status }) => status === 'ready')
    return { status: isReady ? 'ready' : 'unready', components }
  },
})

function component(good: boolean, detail: string, fault: string): Component {
  return good ? { status: 'ready', detail } : { status: 'unready', detail: fault }
}
