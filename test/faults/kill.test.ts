import { afterAll, expect, setDefaultTimeout, test } from 'bun:test'
import { existsSync, readFileSync } from 'node:fs'
import { readPidFile } from '../../server/postgres/embedded/pid-file.ts'
import { placesIn } from '../../server/postgres/embedded/places.ts'
import { removeFolder, temporaryFolder } from '../stage/appliance.ts'
import { eventually } from '../stage/journal.ts'
import { admitWitness, call, type Load, type Stored, startLoad, startUnderLoad, storedCalls } from './load.ts'
import { startWitness } from './witness.ts'

setDefaultTimeout(180_000)

const rounds = Number(process.env.BEHAVRY_FAULT_ROUNDS ?? 3)

const folders: string[] = []
const witness = startWitness()
afterAll(async () => {
  await witness.stop()
  for (const folder of folders) removeFolder(folder)
})

function newFolder(): string {
  const folder = temporaryFolder()
  folders.push(folder)
  return folder
}

const postmasterOf = (dataDir: string) => readPidFile(placesIn(dataDir).cluster)?.pid ?? 0
const isAlive = (pid: number) => pid > 0 && existsSync(`/proc/${pid}/stat`) && !/\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
const duplicates = (values: readonly string[]) => {
  const seen = new Set<string>()
  return values.filter(value => {
    const before = seen.size
    return seen.add(value).size === before
  })
}

/** What must hold between the backend, the callers and the journal, whatever happened in between. */
function reconcile(seen: readonly string[], { calls }: Pick<Load, 'calls'>, stored: readonly Stored[]) {
  const decisions = stored.filter(({ event_type }) => event_type === 'tool_call.decision')
  const outcomes = stored.filter(({ event_type }) => event_type === 'tool_call.outcome')
  const allowed = new Set(decisions.flatMap(({ policy_result, target }) => (policy_result === 'allow' && target ? [target] : [])))
  const settled = new Set(outcomes.map(({ request_id }) => request_id))
  return {
    executedTwice: duplicates(seen),
    executedUnrecorded: seen.filter(path => !allowed.has(path)),
    answeredUnrecorded: calls.flatMap(({ path, end }) => (end === 'ok' && !allowed.has(path) ? [path] : [])),
    answeredUnexecuted: calls.flatMap(({ path, end }) => (end === 'ok' && !seen.includes(path) ? [path] : [])),
    decidedTwice: duplicates(decisions.map(({ target = '' }) => target)),
    settledTwice: duplicates(outcomes.map(({ request_id }) => request_id)),
    unsettled: decisions.flatMap(({ request_id, target }) => (settled.has(request_id) ? [] : [target])),
  }
}

const nothing: ReturnType<typeof reconcile> = {
  executedTwice: [],
  executedUnrecorded: [],
  answeredUnrecorded: [],
  answeredUnexecuted: [],
  decidedTwice: [],
  settledTwice: [],
  unsettled: [],
}

test(`killed under load, ${rounds} times on one data directory: nothing was done that is not recorded, nothing twice`, async () => {
  const dataDir = newFolder()
  let appliance = await startUnderLoad(dataDir)
  const token = await admitWitness(appliance, witness.url)
  expect(await call(appliance.url, token, '/srv/first')).toBe('ok')
  const calls = [{ path: '/srv/first', end: 'ok' }]
  for (let round = 0; round < rounds; round++) {
    const load = startLoad(appliance, token, `${round}`)
    await Bun.sleep(400 + Math.random() * 1_200)
    const postmaster = postmasterOf(dataDir)
    expect(isAlive(postmaster)).toBe(true)
    await appliance.kill()
    await load.stop()
    calls.push(...load.calls)
    expect(load.calls.filter(({ end }) => end === 'ok').length).toBeGreaterThan(0)
    await eventually(() => !isAlive(postmaster))

    const begun = performance.now()
    appliance = await startUnderLoad(dataDir)
    const restartMs = performance.now() - begun
    expect(restartMs).toBeLessThan(10_000)
    const stored = await storedCalls(dataDir)
    expect(reconcile(witness.seen, { calls }, stored)).toEqual(nothing)
    const unknown = stored.filter(({ outcome }) => outcome === 'unknown').length
    const verified = await appliance.cli('audit', 'verify')
    expect([verified.exitCode, verified.stdout]).toEqual([0, expect.stringContaining('Intact')])
    process.stderr.write(
      `round ${round}: ${load.calls.length} calls, ${unknown} unknown so far, ready again in ${Math.round(restartMs)} ms\n`,
    )
  }
  expect(await call(appliance.url, token, '/srv/last')).toBe('ok')
  expect(await appliance.stop()).toBe(0)
})

test('the database killed under load: calls are refused, the backend sees none, and it comes back by itself', async () => {
  const dataDir = newFolder()
  const appliance = await startUnderLoad(dataDir)
  const token = await admitWitness(appliance, witness.url)
  const before = witness.seen.length
  const load = startLoad(appliance, token, 'database')
  await Bun.sleep(500)
  for (let round = 0; round < rounds; round++) {
    const postmaster = postmasterOf(dataDir)
    const sound = load.calls.length
    process.kill(postmaster, 'SIGKILL')
    await eventually(() => load.calls.slice(sound).some(({ end }) => end !== 'ok'))
    await eventually(() => postmasterOf(dataDir) !== postmaster && load.calls.at(-1)?.end === 'ok')
  }
  await load.stop()
  const ends = new Set<string>(load.calls.map(({ end }) => end))
  expect(ends).toContain('ok')
  ends.delete('ok')
  expect([...ends].filter(end => !['journal_unavailable', 'snapshot_stale'].includes(end))).toEqual([])
  expect((await fetch(`${appliance.url}/health/live`)).status).toBe(200)
  expect((await fetch(`${appliance.url}/health/ready`)).status).toBe(200)
  const { unsettled, ...held } = reconcile(witness.seen.slice(before), load, await storedCalls(dataDir))
  expect({ ...held, unsettled: [] as typeof unsettled }).toEqual(nothing)
  // Those under way when the database went get their `unknown` when no call can be under way any more: at the next start, or after minutes.
  expect(unsettled.length).toBeLessThanOrEqual(33 * rounds)
  expect(await appliance.stop()).toBe(0)
  const again = await startUnderLoad(dataDir)
  expect(reconcile(witness.seen.slice(before), load, await storedCalls(dataDir))).toEqual(nothing)
  expect((await again.cli('audit', 'verify')).exitCode).toBe(0)
  await again.stop()
})

test('the database stopped for good: refused within seconds, not ready but alive, and the backend hears nothing', async () => {
  const dataDir = newFolder()
  const appliance = await startUnderLoad(dataDir)
  const token = await admitWitness(appliance, witness.url)
  expect(await call(appliance.url, token, '/srv/hang/before')).toBe('ok')
  const postmaster = postmasterOf(dataDir)
  const family = [postmaster, ...childrenOf(postmaster)]
  for (const pid of family) process.kill(pid, 'SIGSTOP')
  try {
    const [before, begun] = [witness.seen.length, performance.now()]
    const ends = await Promise.all(Array.from({ length: 50 }, (_, n) => call(appliance.url, token, `/srv/hang/${n}`)))
    expect(performance.now() - begun).toBeLessThan(6_000)
    expect(ends.filter(end => end !== 'journal_unavailable' && end !== 'snapshot_stale')).toEqual([])
    expect(witness.seen).toHaveLength(before)
    expect((await fetch(`${appliance.url}/health/live`)).status).toBe(200)
    expect((await fetch(`${appliance.url}/health/ready`)).status).toBe(503)
  } finally {
    for (const pid of family) if (isAlive(pid)) process.kill(pid, 'SIGCONT')
  }
  await eventually(async () => (await call(appliance.url, token, '/srv/hang/after')) === 'ok')
  expect(await appliance.stop()).toBe(0)
})

function childrenOf(pid: number): readonly number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
}
