import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type EmbeddedServer, findEmbedded, startEmbedded } from '../../../server/postgres/embedded/embedded.ts'
import { ask, clusterOf, eventually, isAlive, newDataDir, ownerOf, postmasterPid, runProgram, strike } from './stage.ts'

const asRoot = process.getuid?.() === 0
const dataDir = newDataDir()

afterAll(strike)

describe('a running database', () => {
  let server: EmbeddedServer

  beforeAll(async () => {
    mkdirSync(join(dataDir, 'postgres/cluster-interrupted'), { recursive: true })
    server = await startEmbedded({ dataDir })
  })
  afterAll(() => server.stop())

  test('is owned by a plain role', async () => {
    const rows = await ask(server, 'SELECT rolname, rolsuper, rolcreaterole, rolbypassrls FROM pg_roles WHERE rolname = current_user')
    expect(rows).toEqual([{ rolname: 'behavry', rolsuper: false, rolcreaterole: true, rolbypassrls: false }])
    const owner = await ask(server, 'SELECT pg_get_userbyid(datdba) AS owner FROM pg_database WHERE datname = current_database()')
    expect(owner).toEqual([{ owner: 'behavry' }])
  })

  test('lets the superuser make databases, and the product not', async () => {
    await ask(server, 'CREATE DATABASE template_for_tests', server.superuser)
    await expect(ask(server, 'CREATE DATABASE mine')).rejects.toThrow('permission denied')
    await expect(ask(server, "COPY (SELECT 1) TO PROGRAM 'true'")).rejects.toThrow('permission denied')
  })

  test.each([
    ['fsync', 'on'],
    ['synchronous_commit', 'on'],
    ['full_page_writes', 'on'],
    ['data_checksums', 'on'],
    ['listen_addresses', ''],
    ['unix_socket_permissions', '0700'],
    ['allow_alter_system', 'off'],
    ['max_connections', '60'],
    ['jit', 'off'],
    ['TimeZone', 'UTC'],
    ['server_encoding', 'UTF8'],
  ])('has %s = %p', async (name, value) => {
    expect(await ask(server, `SELECT current_setting('${name}') AS value`)).toEqual([{ value }])
  })

  test('keeps its folders from everybody else', () => {
    const modes = ['data', 'run', 'log', 'lock'].map(name => statSync(join(dataDir, 'postgres', name)).mode & 0o777)
    expect(modes).toEqual([0o700, 0o700, 0o600, 0o600])
    expect(statSync(join(dataDir, 'postgres')).mode & 0o777).toBe(asRoot ? 0o711 : 0o700)
    expect(ownerOf(dataDir) === 0).toBe(false)
  })

  test('knows nothing of our environment and has no way back to root', () => {
    const proc = `/proc/${postmasterPid(dataDir)}`
    expect(readFileSync(`${proc}/environ`, 'utf8').split('\0').filter(Boolean)).toEqual(['PATH=/usr/bin:/bin', 'LC_ALL=C', 'TZ=UTC'])
    expect(readFileSync(`${proc}/status`, 'utf8')).toMatch(/NoNewPrivs:\s+1/)
    expect(readFileSync(`${proc}/status`, 'utf8')).toMatch(/CapEff:\s+0{16}/)
  })

  test('is in a session of its own, so that Ctrl-C reaches behavry alone', () => {
    const pid = postmasterPid(dataDir)
    expect(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[2]).toBe(String(pid))
  })

  test('keeps errors and their data out of the log', async () => {
    await ask(server, "SELECT 'hunter2'::int").catch(() => {})
    expect(readFileSync(join(dataDir, 'postgres/log'), 'utf8')).not.toContain('hunter2')
  })

  test('is found by other commands', () => {
    const { stop: _, ...address } = server
    expect(findEmbedded(dataDir)).toEqual(address)
  })

  test('refuses a second start in the same process and in another, and names the holder', async () => {
    const sentence = `The data directory ${dataDir} is in use by another behavry process (pid ${process.pid}): stop it first.`
    await expect(startEmbedded({ dataDir })).rejects.toThrow(sentence)
    expect(await runProgram(dataDir).said()).toEqual({ failure: sentence })
    expect(await ask(server, 'SELECT 1 AS still')).toEqual([{ still: 1 }])
  })

  test('left nothing of the interrupted start, nor of its own', () => {
    const names = readdirSync(join(dataDir, 'postgres')).filter(name => !/^17\.\d+-[0-9a-f]{8}$/.test(name))
    expect(names.toSorted()).toEqual(['data', 'lock', 'log', 'run'])
  })
})

describe('a later start', () => {
  test('finds what was committed', async () => {
    const first = await startEmbedded({ dataDir })
    await ask(first, 'CREATE TABLE kept AS SELECT 42 AS answer')
    await first.stop()
    expect(findEmbedded(dataDir)).toBeUndefined()
    const second = await startEmbedded({ dataDir, connections: 80 })
    expect(await ask(second, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }])
    expect(await ask(second, 'SHOW max_connections')).toEqual([{ max_connections: '80' }])
    await second.stop()
  })

  test('follows a server that was killed, and tells', async () => {
    const told: string[] = []
    const server = await startEmbedded({ dataDir, onExit: detail => told.push(detail) })
    const pid = postmasterPid(dataDir)
    process.kill(pid, 'SIGKILL')
    await eventually(() =>
      ask(server, 'SELECT answer FROM kept').then(
        rows => rows.length === 1,
        () => false,
      ),
    )
    expect(told[0]).toBe('The embedded PostgreSQL ended by SIGKILL; it is started again.')
    expect(postmasterPid(dataDir)).not.toBe(pid)
    const before = told.length
    await server.stop()
    expect(told.length).toBe(before)
  })

  test('follows a SIGKILL of behavry: the server ends with it, nothing is lost', async () => {
    const program = runProgram(dataDir)
    const address = (await program.said()) as { socketDir: string }
    const pid = postmasterPid(dataDir)
    await ask(address, 'INSERT INTO kept VALUES (43)')
    await program.kill('SIGKILL')
    const server = await startEmbedded({ dataDir })
    expect(isAlive(pid)).toBe(false)
    expect(await ask(server, 'SELECT count(*)::int AS n FROM kept')).toEqual([{ n: 2 }])
    await server.stop()
  })

  test('leaves no server behind when nobody starts again', async () => {
    const program = runProgram(dataDir)
    await program.said()
    const pid = postmasterPid(dataDir)
    await program.kill('SIGKILL')
    await eventually(() => !isAlive(pid))
  })

  test('is not held up by a stranger who has the old number', async () => {
    const identity = asRoot ? ['setpriv', `--reuid=${ownerOf(dataDir)}`, '--clear-groups'] : []
    const stranger = Bun.spawn([...identity, 'sleep', '60'])
    const stale = [stranger.pid, clusterOf(dataDir), 1_700_000_000, 5432, '/tmp', '', '        1         1', 'ready   ', ''].join('\n')
    writeFileSync(join(clusterOf(dataDir), 'postmaster.pid'), stale)
    expect(findEmbedded(dataDir)).toBeUndefined()
    const server = await startEmbedded({ dataDir })
    expect(stranger.exitCode).toBeNull()
    await server.stop()
    stranger.kill()
  })
})

describe('places', () => {
  test('a data directory too deep for a socket', async () => {
    const deep = join(newDataDir(), 'a'.repeat(60), 'b'.repeat(60))
    mkdirSync(deep, { recursive: true })
    const server = await startEmbedded({ dataDir: deep })
    expect(server.socketDir).toStartWith('/tmp/behavry-')
    expect(statSync(server.socketDir).mode & 0o777).toBe(0o700)
    expect(await ask(server, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
    expect(findEmbedded(deep)?.socketDir).toBe(server.socketDir)
    await server.stop()
    await server.stop()
    expect(existsSync(server.socketDir)).toBe(false)
  })

  test.if(asRoot)('an ordinary user', async () => {
    const theirs = newDataDir()
    Bun.spawnSync(['chown', '65534:65534', theirs])
    const program = runProgram(theirs, ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'])
    const address = (await program.said()) as { socketDir: string }
    expect(await ask(address, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
    expect(ownerOf(theirs)).toBe(65_534)
    await program.kill('SIGTERM')
    expect(findEmbedded(theirs)).toBeUndefined()
  })
})
