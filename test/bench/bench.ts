import { mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { binary, removeFolder, temporaryFolder } from '../stage/appliance.ts'
import { type Cell, measureCell, type Row } from './cell.ts'
import { type Cores, pinCores } from './cores.ts'
import { gatherEvidence } from './evidence.ts'
import { figuresOf, leastShareOfFloor } from './figures.ts'
import { type GatewayUnderTest, postmasterOf, startGateway } from './gateway.ts'
import { runJson, startServer } from './processes.ts'
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
/** Before anything counts: the runtime goes on compiling the gateway's hot path until it has seen some 15,000 calls. */
const warmSeconds = 10
const output = join(import.meta.dir, '..', '..', 'dist', 'bench.json')

const closing: (() => unknown)[] = []
let closed: Promise<void> | undefined
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void closeAll().then(() => process.exit(130)))

try {
  const report = await bench()
  mkdirSync(join(output, '..'), { recursive: true })
  await Bun.write(output, `${JSON.stringify({ ...report.figures, ...report }, null, 2)}\n`)
  progress('')
  process.stdout.write(printable(report))
  const missed = options.strict && !(report.figures.rps_ratio_to_floor_32 >= leastShareOfFloor)
  process.exitCode = report.faults.length > 0 || missed ? 1 : 0
} finally {
  await closeAll()
}

async function bench(): Promise<Report> {
  const cores = pinCores(!options['no-pin'])
  const builtAt = statSync(binary).mtimeMs
  const { rows, gateway, backend } = await openRows(cores)
  const measure = (order: readonly Row[], plan: Plan) => measureAll(order, plan, gateway.token, cores)
  const warm = await measure(rows, { repetition: 0, concurrency: [32], seconds: warmSeconds })
  const cells: Cell[] = []
  for (let repetition = 1; repetition <= reps; repetition++) {
    cells.push(...(await measure(repetition % 2 === 1 ? rows : rows.toReversed(), { repetition, concurrency: concurrencies, seconds })))
  }
  const all = [...warm, ...cells]
  const evidence = await gatherEvidence(gateway, backend, all)
  const appends = await runJson<Record<string, number>[]>('appends.ts', { args: [folder(), String(reps), String(Math.min(seconds, 2))] })
  return {
    figures: figuresOf(cells, appends),
    machine: machineFacts(cores.description),
    medians: mediansOf(cells),
    evidence,
    faults: [
      ...evidence.faults,
      ...failuresOf(all),
      ...(statSync(binary).mtimeMs === builtAt ? [] : ['dist/behavry was built anew during the run']),
    ],
    appends,
    cells,
  }
}

async function openRows(cores: Cores): Promise<{ rows: readonly Row[]; gateway: GatewayUnderTest; backend: string }> {
  const backend = await opened(startServer('backend.ts', [], cores.harness))
  const thin = await opened(startServer('thin-proxy.ts', [`${backend.url}/thin`]))
  const floorDir = folder()
  const floor = await opened(startServer('floor.ts', [`${backend.url}/floor`, floorDir]))
  const gatewayDir = folder()
  const gateway = await opened(startGateway(gatewayDir, `${backend.url}/gateway`))
  const rows: readonly Row[] = [
    { name: 'direct', url: `${backend.url}/direct`, pid: backend.pid },
    { name: 'thin', url: thin.url, pid: thin.pid },
    { name: 'floor', url: floor.url, pid: floor.pid, postmaster: postmasterOf(floorDir) },
    { name: 'gateway', url: gateway.url, pid: gateway.pid, postmaster: postmasterOf(gatewayDir) },
  ]
  return { rows, gateway, backend: backend.url }
}

interface Plan {
  readonly repetition: number
  readonly concurrency: readonly number[]
  readonly seconds: number
}

async function measureAll(rows: readonly Row[], plan: Plan, token: string, cores: Cores): Promise<readonly Cell[]> {
  const { repetition, concurrency, seconds } = plan
  const cells: Cell[] = []
  for (const connections of concurrency) {
    for (const row of rows) {
      cells.push(await measureCell({ row, connections, repetition, seconds, token, prefix: cores.harness }))
      progress(`repetition ${repetition}, ${connections} connections: ${row.name} done`)
    }
  }
  return cells
}

/** One line that is written over, where somebody watches. */
function progress(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${line}`)
}

function failuresOf(cells: readonly Cell[]): readonly string[] {
  return cells.filter(cell => cell.failures > 0).map(cell => `${cell.failures} calls to ${cell.row} failed: ${cell.failed.join('; ')}`)
}

/** What is still starting when all is closed is closed as soon as it has started. */
async function opened<T extends { readonly stop: () => Promise<unknown> }>(starting: Promise<T>): Promise<T> {
  closing.push(() =>
    starting.then(
      it => it.stop(),
      () => undefined,
    ),
  )
  return await starting
}

function folder(): string {
  const path = temporaryFolder()
  closing.push(() => removeFolder(path))
  return path
}

/** The last opened first, once, whoever asks; one that cannot be closed does not keep the others open. */
function closeAll(): Promise<void> {
  closed ??= (async () => {
    for (let close = closing.pop(); close; close = closing.pop()) {
      try {
        await close()
      } catch (error) {
        process.stderr.write(`${error}\n`)
      }
    }
  })()
  return closed
}
