import type { Subprocess } from 'bun'
import { Failure } from '../../domain/failure.ts'
import { type Account, commandAs } from './account.ts'
import { explain } from './faults.ts'
import type { Installation } from './installation.ts'
import { type Log, openLog } from './log.ts'
import { readPidFile } from './pid-file.ts'
import type { Places } from './places.ts'
import { awaitPredecessor } from './predecessor.ts'
import { bareEnvironment } from './run.ts'
import { settingFlags } from './settings.ts'

/** All that is needed to start the server, again and again. */
export interface Launch {
  readonly places: Places
  readonly account: Account
  readonly programs: Installation
  readonly socketDir: string
  readonly connections: number
}

/** One run of the server. */
export interface Postmaster {
  readonly pid: number
  /** Settles when the server has ended, with the reason as a clause: "ended by SIGKILL". */
  readonly ended: Promise<string>
  /** A fast shutdown: sessions are cut, a checkpoint is written. Gets ruder after 10 s; settles when the process is gone. */
  readonly stop: () => Promise<void>
}

const readyWithinMs = 120_000
const pollMs = 4

/**
 * Starts the server and waits until it accepts connections; recovery after a crash may take a while, at most 120 s are given. The
 * kernel tells it to shut down when this process ends. Throws a `Failure` that explains why it did not start.
 */
export const startPostmaster = async (launch: Launch): Promise<Postmaster> => {
  const { places, account, programs } = launch
  await awaitPredecessor(places, account)
  const log = openLog(places.log)
  try {
    const command = [programs.postgres, '-D', places.cluster, ...settingFlags(launch)]
    const child = Bun.spawn(commandAs(account, 'INT', command), {
      cwd: '/',
      env: bareEnvironment,
      stdio: ['ignore', log.fd, log.fd],
      // A session of its own: Ctrl-C in the terminal must reach behavry first, which still has to write its journal.
      detached: true,
    })
    await becomeReady(child, launch, log)
    return { pid: child.pid, ended: child.exited.then(() => clause(child)), stop: () => stop(child) }
  } finally {
    log.close()
  }
}

const becomeReady = async (child: Subprocess, { places }: Launch, log: Log): Promise<void> => {
  const deadline = performance.now() + readyWithinMs
  for (;;) {
    const state = readPidFile(places.cluster)
    if (state?.pid === child.pid && state.ready) return
    if (hasEnded(child)) throw explain(log.tail(), places)
    if (performance.now() > deadline) {
      await stop(child)
      throw new Failure('database_unavailable', `PostgreSQL was not ready after ${readyWithinMs / 1000} s: see ${places.log}.`)
    }
    await Bun.sleep(pollMs)
  }
}

const hasEnded = (child: Subprocess): boolean => child.exitCode !== null || child.signalCode !== null

const clause = (child: Subprocess): string => (child.signalCode ? `ended by ${child.signalCode}` : `ended with exit code ${child.exitCode}`)

/** PostgreSQL 17 §18.5: SIGINT is the fast, SIGQUIT the immediate shutdown. */
const ladder = [
  { signal: 'SIGINT', waitMs: 10_000 },
  { signal: 'SIGQUIT', waitMs: 6_000 },
  { signal: 'SIGKILL', waitMs: 6_000 },
] as const

const stop = async (child: Subprocess): Promise<void> => {
  for (const { signal, waitMs } of ladder) {
    if (hasEnded(child)) return
    child.kill(signal)
    if (await endsWithin(child, waitMs)) return
  }
}

/** The clock is stopped with the child: a timer left behind would keep our own process from ending. */
const endsWithin = async (child: Subprocess, waitMs: number): Promise<boolean> => {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<false>(resolve => {
    timer = setTimeout(() => resolve(false), waitMs)
  })
  const gone = await Promise.race([child.exited.then(() => true), late])
  clearTimeout(timer)
  return gone
}
