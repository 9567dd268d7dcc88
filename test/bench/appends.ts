import { defaultTenantId } from '../../server/domain/snapshot.ts'
import { openOwnJournal } from './own-journal.ts'

/**
 * How many awaited appends a second the journal alone takes, with 1 and with 64 in flight, in turns: prints `[{"1": …, "64": …}, …]`.
 * `appends.ts <data directory> <repetitions> <seconds>`.
 */
const [dataDir = '', repetitions = '3', seconds = '1'] = process.argv.slice(2)
const { journal, close } = await openOwnJournal(dataDir)

/** About as long as a decision. */
const draft = { tenant_id: defaultTenantId, event_type: 'mcp.request', extra: { filling: 'x'.repeat(500) } } as const

async function appendsPerSecond(inFlight: number): Promise<number> {
  const from = performance.now()
  const until = from + Number(seconds) * 1000
  let count = 0
  const caller = async () => {
    while (performance.now() < until) {
      await journal.append(draft)
      count++
    }
  }
  await Promise.all(Array.from({ length: inFlight }, caller))
  return (count * 1000) / (performance.now() - from)
}

await appendsPerSecond(8)
const rounds: Record<string, number>[] = []
for (let round = 0; round < Number(repetitions); round++) {
  rounds.push({ 1: await appendsPerSecond(1), 64: await appendsPerSecond(64) })
}
await close()
process.stdout.write(`${JSON.stringify(rounds)}\n`)
process.exit(0)
