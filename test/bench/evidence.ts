import type { Cell } from './cell.ts'
import { countRecords, type GatewayUnderTest } from './gateway.ts'

/** That the calls which were measured were governed calls: witness ⊆ journal, and the chain holds. */
export interface Evidence {
  /** Good answers that the load generator was given by the gateway. */
  readonly answered: number
  /** Tool calls that the backend has seen from it. */
  readonly forwarded: number
  /** `tool_call.decision` records in the journal. */
  readonly decisions: number
  /** What `audit verify` said. */
  readonly verified: string
  /** What does not fit; none in a good run. */
  readonly faults: readonly string[]
}

/** Asks the backend, the journal and the verifier of the product itself. */
export async function gatherEvidence({ appliance }: GatewayUnderTest, backend: string, cells: readonly Cell[]): Promise<Evidence> {
  const answered = cells.filter(cell => cell.row === 'gateway').reduce((sum, cell) => sum + cell.answered, 0)
  const calls = (await (await fetch(`${backend}/calls`)).json()) as Readonly<Record<string, number>>
  const forwarded = calls['/gateway'] ?? 0
  const decisions = await countRecords(appliance.dataDir, 'tool_call.decision')
  const { exitCode, stdout, stderr } = await appliance.cli('audit', 'verify')
  const faults = [
    answered > forwarded && `${answered} calls were answered, but only ${forwarded} forwarded`,
    forwarded > decisions && `${forwarded} calls were forwarded, but only ${decisions} recorded`,
    exitCode !== 0 && `audit verify ended with code ${exitCode}: ${stderr}`,
  ]
  return { answered, forwarded, decisions, verified: stdout.trim(), faults: faults.filter(fault => fault !== false) }
}
