import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Failure } from '../../../server/domain/failure.ts'
import { startEmbedded } from '../../../server/postgres/embedded/embedded.ts'
import { explain } from '../../../server/postgres/embedded/faults.ts'
import { placesIn } from '../../../server/postgres/embedded/places.ts'
import { clusterOf, newDataDir, ownerOf, strike } from './stage.ts'

const asRoot = process.getuid?.() === 0
const dataDir = newDataDir()
const log = join(dataDir, 'postgres/log')

beforeAll(async () => {
  const server = await startEmbedded({ dataDir })
  await server.stop()
})
afterAll(strike)

const refusal = async (options: { readonly dataDir: string; readonly binDir?: string }): Promise<Failure> => {
  try {
    await (await startEmbedded(options)).stop()
  } catch (error) {
    if (error instanceof Failure) return error
    throw error
  }
  throw new Error('It started.')
}

/** A folder with programs that say they are of some version. */
const impostor = (version: string): string => {
  const folder = newDataDir()
  for (const name of ['initdb', 'postgres']) {
    writeFileSync(join(folder, name), `#!/bin/sh\necho "postgres (PostgreSQL) ${version}"\n`, { mode: 0o755 })
  }
  return folder
}

describe('what is refused before anything is touched', () => {
  test('programs of another major version', async () => {
    const failure = await refusal({ dataDir, binDir: impostor('15.18 (Debian 15.18-0+deb12u1)') })
    expect(failure.code).toBe('database_refused')
    expect(failure.message).toBe('BEHAVRY_PG_BIN holds PostgreSQL 15, but behavry needs 17: unset it or install PostgreSQL 17.')
  })

  test('a folder without programs', async () => {
    const empty = newDataDir()
    const failure = await refusal({ dataDir, binDir: empty })
    expect(failure.message).toBe(`BEHAVRY_PG_BIN must name the folder of initdb and postgres: there is no ${empty}/initdb.`)
  })

  test.if(asRoot)('a data directory that the database cannot reach', async () => {
    const closed = newDataDir()
    chmodSync(closed, 0o700)
    const failure = await refusal({ dataDir: join(closed, 'inner') })
    expect(failure.code).toBe('database_refused')
    expect(failure.message).toContain(`may not pass through ${closed}: choose another data directory`)
  })

  test.if(asRoot)('a file system without programs, a full one and a read-only one', async () => {
    const mounts = [
      ['noexec', 'database_refused', 'mounted noexec?'],
      ['size=40m', 'database_unavailable', 'has less than the 160 MiB left'],
      ['ro', 'database_refused', 'is read-only'],
    ] as const
    for (const [option, code, words] of mounts) {
      const folder = newDataDir()
      const mounted = Bun.spawnSync(['mount', '-t', 'tmpfs', '-o', `${option},mode=755`, 'tmpfs', folder]).success
      if (!mounted) return
      const failure = await refusal({ dataDir: join(folder, 'd') }).finally(() => Bun.spawnSync(['umount', folder]))
      expect([failure.code, failure.message]).toEqual([code, expect.stringContaining(words)])
    }
  })
})

describe('what is refused about the cluster', () => {
  const version = join(clusterOf(dataDir), 'PG_VERSION')
  const restored = async (): Promise<void> => (await startEmbedded({ dataDir })).stop()

  test('another major version', async () => {
    writeFileSync(version, '16\n')
    const failure = await refusal({ dataDir })
    writeFileSync(version, '17\n')
    expect(failure.code).toBe('database_refused')
    expect(failure.message).toContain('is of PostgreSQL 16, this behavry brings 17: back it up')
    await restored()
  })

  test.if(asRoot)('another owner', async () => {
    const owner = ownerOf(dataDir)
    chownSync(clusterOf(dataDir), 1, 1)
    const failure = await refusal({ dataDir })
    chownSync(clusterOf(dataDir), owner, owner)
    expect(failure.message).toContain(`belongs to uid 1, but runs as uid ${owner}: run \`chown -R`)
    await restored()
  })

  test('a mode that lets others in', async () => {
    chmodSync(clusterOf(dataDir), 0o755)
    const failure = await refusal({ dataDir })
    chmodSync(clusterOf(dataDir), 0o700)
    expect(failure.message).toContain('chmod 700')
    await restored()
  })

  test('an empty folder in its place', async () => {
    const other = newDataDir()
    mkdirSync(clusterOf(other), { recursive: true })
    if (asRoot) chownSync(clusterOf(other), ownerOf(dataDir), ownerOf(dataDir))
    const failure = await refusal({ dataDir: other })
    expect(failure.message).toContain('holds no database')
    expect(existsSync(join(clusterOf(other), 'PG_VERSION'))).toBe(false)
  })

  test('settings that PostgreSQL does not take', async () => {
    const conf = join(clusterOf(dataDir), 'postgresql.auto.conf')
    writeFileSync(conf, 'no_such_setting = 1\n')
    const failure = await refusal({ dataDir })
    writeFileSync(conf, '')
    expect(failure.code).toBe('database_unavailable')
    expect(failure.message).toContain(`contains errors. See ${log}.`)
    await restored()
  })

  test('installed programs of the same version are used', async () => {
    const tree = readdirSync(join(dataDir, 'postgres')).find(name => name.startsWith('17.')) ?? ''
    const server = await startEmbedded({ dataDir, binDir: join(dataDir, 'postgres', tree, 'bin') })
    await server.stop()
  })
})

describe('what is said → what the operator is told', () => {
  const places = placesIn('/d')
  test.each([
    [
      'FATAL:  could not write to file "pg_wal/xlogtemp.1": No space left on device',
      'database_unavailable',
      'The disk that holds /d/postgres is full',
    ],
    ['FATAL: could not extend file "base/1/2": wrote only 4096 of 8192 bytes at block 1', 'database_unavailable', 'The disk that holds'],
    ['could not resize shared memory segment "/PostgreSQL.1": No space left on device', 'database_unavailable', 'larger /dev/shm'],
    [
      'postgres: error while loading shared libraries: libstdc++.so.6: cannot open shared object',
      'database_refused',
      'library libstdc++.so.6',
    ],
    ['setpriv: setresuid failed: Operation not permitted', 'database_refused', 'setresuid failed: Operation not permitted'],
    ['FATAL:  lock file "postmaster.pid" already exists', 'database_unavailable', 'of an earlier run still uses /d/postgres/data'],
    ['FATAL:  pre-existing shared memory block (key 1, ID 2) is still in use', 'database_unavailable', 'of an earlier run'],
    [
      'PANIC:  could not locate a valid checkpoint record at 0/1',
      'database_refused',
      'is damaged (could not locate a valid checkpoint record',
    ],
    ['FATAL:  could not open file "global/pg_control": Permission denied', 'database_refused', 'give that folder'],
    ['FATAL:  something new', 'database_unavailable', 'PostgreSQL did not start: something new. See /d/postgres/log.'],
    ['', 'database_unavailable', 'it gave no reason'],
  ])('%s', (said, code, words) => {
    const failure = explain(said, places)
    expect(failure.code).toBe(code as Failure['code'])
    expect(failure.message).toContain(words)
    expect(failure.message).not.toContain('\n')
  })
})
