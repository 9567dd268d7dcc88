import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { removeFolder, temporaryFolder } from '../stage/appliance.ts'
import { type Cell, measureCell, type Row } from './cell.ts'
import { type Cores, pinCores } from './cores.ts'
import { gatherEvidence } from './evidence.ts'
import { figuresOf, leastShareOfFloor } from './figures.ts'
import { postmasterOf, startGateway } from './gateway.ts'
import { runJson, type Served, startServer } from './processes.ts'
import { machineFacts, mediansOf, printable, type Report } from './report.ts'

/**
 * `npm run bench -- [--reps 3] [--seconds 3] [--strict] [--no-pin]`: tools/call in a closed loop at 1, 8 and 32 connections, against the product and, in the
 * same run, against the backend direct, the thinnest proxy and the journal floor. Every repetition turns the order round; what is
 * compared is compared within one. Prints a table, writes `dist/bench.json`. Ends with 1 when a call failed or the journal does not hold them all; with
 * `--strict` also when the bar is missed.
 */
const { values: options } = parseArgs({
  options: {
    reps: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '3' },
    strict: { type: 'boolean', default: false },
    'no-pin': { type: 'boolean', default: false },
  },
})
const reps = Number(options.reps)
const seconds = Number(options.seconds)
const concurrencies = [1, 8, 32] as const
const output = join(import.meta.dir, '..', '..', 'dist', 'bench.json')

const closing: (() => unknown)[] = []
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void closeAll().then(() => process.exit(130)))

try {
  const report = await bench()
  mkdirSync(join(output, '..'), { recursive: true })
  await Bun.write(output, `${JSON.stringify({ ...report.figures, ...report }, null, 2)}\n`)
  process.stdout.write(printable(report))
  process.exitCode = exitCodeOf(report)
} finally {
  await closeAll()
}

async function bench(): Promise<Report> {
  const cores = pinCores(!options['no-pin'])
  const backend = await opened(startServer('backend.ts', [], cores.harness))
  const thin = await opened(startServer('thin-proxy.ts', [`${backend.url}/thin`]))
  const floorDir = folder()
  const floor = await opened(startServer('floor.ts', [`${backend.url}/floor`, floorDir]))
  const gatewayDir = folder()
  const gateway = await startGateway(gatewayDir, `${backend.url}/gateway`)
  closing.push(gateway.appliance.stop)

  const rows: readonly Row[] = [
    { name: 'direct', url: `${backend.url}/direct`, pid: backend.pid },
    { name: 'thin', url: thin.url, pid: thin.pid },
    { name: 'floor', url: floor.url, pid: floor.pid, postmaster: postmasterOf(floorDir) },
    { name: 'gateway', url: gateway.url, pid: gateway.appliance.pid, postmaster: postmasterOf(gatewayDir) },
  ]
  const warm = await measureAll(rows, gateway.token, cores, { concurrency: [32], repetition: 0 })
  const cells: Cell[] = []
  for (let repetition = 1; repetition <= reps; repetition++) {
    const order = repetition % 2 === 1 ? rows : rows.toReversed()
    cells.push(...(await measureAll(order, gateway.token, cores, { concurrency: concurrencies, repetition })))
  }
  const answered = [...warm, ...cells].filter(cell => cell.row === 'gateway').reduce((sum, cell) => sum + cell.answered, 0)
  const evidence = await gatherEvidence(gateway, backend.url, answered)
  const appends = await runJson<Record<string, number>[]>('appends.ts', { args: [folder(), String(reps), String(Math.min(seconds, 2))] })
  return {
    figures: figuresOf(cells, appends),
    machine: machineFacts(cores.description),
    medians: mediansOf(cells),
    evidence,
    appends,
    cells,
  }
}

async function measureAll(
  rows: readonly Row[],
  token: string,
  cores: Cores,
  { concurrency, repetition }: { readonly concurrency: readonly number[]; readonly repetition: number },
): Promise<readonly Cell[]> {
  const cells: Cell[] = []
  for (const connections of concurrency) {
    for (const row of rows) {
      cells.push(await measureCell({ row, connections, repetition, seconds, token, prefix: cores.harness }))
      process.stderr.write(`\rrepetition ${repetition}, ${connections} connections, ${row.name}          `)
    }
  }
  process.stderr.write('\r')
  return cells
}

function exitCodeOf({ cells, evidence, figures }: Report): number {
  const failed = cells
    .filter(cell => cell.failures > 0)
    .map(cell => `${cell.failures} calls to ${cell.row} failed: ${cell.failed.join('; ')}`)
  const faults = [...failed, ...evidence.faults]
  for (const fault of faults) process.stderr.write(`${fault}\n`)
  return faults.length > 0 || (options.strict && !(figures.rps_ratio_to_floor_32 >= leastShareOfFloor)) ? 1 : 0
}

async function opened(starting: Promise<Served>): Promise<Served> {
  const served = await starting
  closing.push(served.stop)
  return served
}

function folder(): string {
  const path = temporaryFolder()
  closing.push(() => removeFolder(path))
  return path
}

/** The last opened first, each once; one that cannot be closed does not keep the others open. */
async function closeAll(): Promise<void> {
  for (let close = closing.pop(); close; close = closing.pop()) {
    try {
      await close()
    } catch (error) {
      process.stderr.write(`${error}\n`)
    }
  }
}
