import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import type { EmbeddedAddress } from '../../../server/postgres/embedded/embedded.ts'
import { readPidFile } from '../../../server/postgres/embedded/pid-file.ts'

const made: string[] = []

/** A data directory that is removed by `strike`. */
export const newDataDir = (): string => {
  const folder = mkdtempSync('/tmp/behavry-test-')
  chmodSync(folder, 0o755)
  made.push(folder)
  return folder
}

export const strike = (): void => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true })
}

/** Rows of one statement on a connection of its own. */
export const ask = async (
  address: Pick<EmbeddedAddress, 'socketDir'>,
  sql: string,
  user = 'behavry',
): Promise<Record<string, unknown>[]> => {
  const client = new Client({ host: address.socketDir, port: 5432, user, database: 'behavry' })
  await client.connect()
  try {
    return (await client.query(sql)).rows as Record<string, unknown>[]
  } finally {
    await client.end()
  }
}

export const clusterOf = (dataDir: string): string => join(dataDir, 'postgres/data')

export const postmasterPid = (dataDir: string): number => readPidFile(clusterOf(dataDir))?.pid ?? 0

export const ownerOf = (dataDir: string): number => statSync(clusterOf(dataDir)).uid

export const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}/stat`) && !/\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))

/** Settles when `holds` does; fails after 10 s. */
export const eventually = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  for (let tries = 0; tries < 500; tries += 1) {
    if (await holds()) return
    await Bun.sleep(20)
  }
  throw new Error('It did not come about within 10 s.')
}

export interface Program {
  readonly pid: number
  /** The next line that the program says. */
  readonly said: () => Promise<Record<string, string>>
  readonly kill: (signal: 'SIGKILL' | 'SIGTERM') => Promise<void>
}

/** Another behavry process on this data directory; `prefix` is put before its command line. */
export const runProgram = (dataDir: string, prefix: readonly string[] = []): Program => {
  const command = [...prefix, process.execPath, join(import.meta.dir, 'start-program.ts'), dataDir]
  const child = Bun.spawn(command, {
    stdout: 'pipe',
    stderr: 'inherit',
    cwd: '/',
    env: { PATH: '/usr/bin:/bin', HOME: '/tmp', APP_SECRET: 'hunter2' },
  })
  const lines = linesOf(child.stdout)
  const said = async (): Promise<Record<string, string>> => JSON.parse((await lines.next()).value ?? '{}') as Record<string, string>
  const kill = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<void> => {
    child.kill(signal)
    await child.exited
  }
  return { pid: child.pid, said, kill }
}

async function* linesOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string, undefined> {
  let rest = ''
  const decoder = new TextDecoder()
  for await (const chunk of stream) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = parts.pop() ?? ''
    yield* parts
  }
  return undefined
}
