import { Failure } from '../../server/domain/failure.ts'
import { verifyJournal } from '../../server/verify.ts'
import type { CommandContext } from '../command.ts'

const reportEvery = 20_000

export async function run({ config, log, terminal }: CommandContext): Promise<void> {
  let reported = 0
  const report = await verifyJournal(config(), log(), verified => {
    if (verified - reported < reportEvery) return
    reported = verified
    terminal.progress(`${verified} records checked`)
  })
  if (reported > 0) terminal.progress('')
  if (terminal.json) terminal.printJson(report)
  else if (report.intact)
    terminal.print(`Intact: ${report.verified} records in ${report.streams} ${report.streams === 1 ? 'stream' : 'streams'}.`)
  if (report.intact) return
  if (!terminal.json) {
    const rows = report.faults.map(({ streamId, seq, reason, detail }) => [streamId, String(seq), reason, detail])
    terminal.table(['STREAM', 'RECORD', 'REASON', 'DETAIL'], rows)
  }
  if (report.streams === 0)
    throw new Failure('journal_broken', 'The journal is missing: the database holds traces of records, and none of the records.')
  throw new Failure('journal_broken', `The journal is broken in ${report.faults.length} of ${report.streams} streams.`)
}
