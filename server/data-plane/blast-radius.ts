import type { ToolCall } from '../domain/call.ts'
import type { Opinion } from '../domain/verdict.ts'
import type { Admitted } from './stages.ts'

/** The same for every tenant in this release. */
const minDeleteDepth = 3
const maxBulk = 50
const maxRecipients = 10
const guardedFolders = /^(\/etc|\/root|(\/home\/[^/]+|~)?\/?\.(ssh|aws|config))(\/|$)/
const guardedNames = /(^|\/)(MEMORY|SOUL|IDENTITY)(\.[a-z]+)?$|(^|\/)\.env(\.[\w-]+)?$/

interface Rule {
  readonly reasonCode: string
  readonly decision: 'deny' | 'escalate'
  readonly applies: (call: ToolCall) => boolean
  readonly reason: string
}

const writes = (call: ToolCall) => call.action === 'write' || call.action === 'delete'

/** How much harm one call could do, judged by its size and its target alone. */
const rules: readonly Rule[] = [
  {
    reasonCode: 'shallow_delete',
    decision: 'deny',
    applies: call => call.action === 'delete' && call.resources.some(path => path.startsWith('/') && depthOf(path) < minDeleteDepth),
    reason: `Deleting less than ${minDeleteDepth} folders deep is never allowed.`,
  },
  {
    reasonCode: 'bulk_operation',
    decision: 'escalate',
    applies: call => call.action !== 'read' && call.resourceCount > maxBulk,
    reason: `One call touches more than ${maxBulk} items.`,
  },
  {
    reasonCode: 'many_recipients',
    decision: 'escalate',
    applies: call => call.action === 'send' && call.resourceCount > maxRecipients,
    reason: `One message goes to more than ${maxRecipients} recipients.`,
  },
  {
    reasonCode: 'guarded_folder',
    decision: 'escalate',
    applies: call => writes(call) && call.resources.some(path => guardedFolders.test(path)),
    reason: 'The call changes something in a guarded folder.',
  },
  {
    reasonCode: 'guarded_name',
    decision: 'escalate',
    applies: call => writes(call) && call.resources.some(path => guardedNames.test(path)),
    reason: 'The call changes a guarded file.',
  },
]

/** Adds the opinion of every rule that applies. */
export function blastRadius(admitted: Admitted): Admitted {
  const opinions = rules.filter(rule => rule.applies(admitted.call)).map(toOpinion)
  return opinions.length === 0 ? admitted : { ...admitted, opinions: [...admitted.opinions, ...opinions] }
}

function toOpinion({ decision, reasonCode, reason }: Rule): Opinion {
  return { source: 'blast_radius', decision, reasonCode, reason }
}

function depthOf(path: string): number {
  return path.split('/').filter(part => part !== '').length
}
