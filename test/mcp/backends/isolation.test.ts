import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createIsolation } from '../../../server/mcp/backends/stdio/isolation.ts'
import { prepareFolder } from '../../../server/mcp/backends/stdio/sandbox-folder.ts'
import { toolsUser } from '../../../server/mcp/backends/stdio/tools-user.ts'
import {
  call,
  copyHostile,
  eventually,
  faultText,
  openDir,
  runs,
  stdioServer,
  textOf,
  type UnderTest,
  underTest,
} from '../fixtures/under-test.ts'

const isRoot = process.getuid?.() === 0
let under: UnderTest
let hostile: string
beforeAll(() => {
  under = underTest()
  hostile = copyHostile(under.dir)
})
afterAll(() => under.stop())

/** What the hostile server says when a tool of its is called. */
async function said(tool: string, args: object = {}): Promise<string> {
  return textOf(await call(under, stdioServer('isolated', [hostile]), tool, args))
}

if (isRoot) {
  describe('as root, a stdio server', () => {
    test('runs as another user in a folder of its own', async () => {
      expect(under.backends.isolationLevel()).toBe('uid')
      const identity = JSON.parse(await said('identity'))
      const { uid, gid } = toolsUser()
      expect(identity).toMatchObject({ uid, cwd: join(under.dir, 'data/tools/t1.isolated') })
      expect(identity.groups.filter((group: number) => group !== gid)).toEqual([])
      expect(statSync(identity.cwd)).toMatchObject({ uid, gid, mode: 0o40700 })
      expect(under.warnings).toEqual([])
    })

    test('has no privilege and gets none', async () => {
      const status = await said('status')
      for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb']) expect(status).toMatch(new RegExp(`${set}:\\s+0{16}\n`))
      expect(status).toMatch(/NoNewPrivs:\s+1\n/)
    })

    test('cannot read a private file, a closed folder, our environment; cannot signal us', async () => {
      const secret = join(under.dir, 'key.pem')
      writeFileSync(secret, 'PRIVATE', { mode: 0o600 })
      mkdirSync(join(under.dir, 'socket'), { mode: 0o700 })
      writeFileSync(join(under.dir, 'socket', 'open.txt'), 'PRIVATE', { mode: 0o666 })
      expect(await said('read', { path: secret })).toBe('EACCES')
      expect(await said('read', { path: join(under.dir, 'socket', 'open.txt') })).toBe('EACCES')
      expect(await said('read', { path: '/etc/shadow' })).toBe('EACCES')
      expect(await said('read-parent-environ')).toBe('EACCES')
      expect(await said('kill-parent')).toBe('EPERM')
      expect(JSON.parse(await said('identity')).pid).toBeGreaterThan(1)
    })

    test('our own executable runs from a place that it could not walk to', async () => {
      const closed = mkdtempSync(join(tmpdir(), 'behavry-closed-'))
      const command = join(closed, 'appliance')
      const built = await Bun.build({ entrypoints: [join(import.meta.dir, '../fixtures/hostile-stdio.ts')], compile: { outfile: command } })
      expect(built.success).toBe(true)
      const own = underTest({ self: { command, args: [] } })
      const answer = await call(own, stdioServer('self', []), 'identity')
      expect(JSON.parse(textOf(answer)).uid).toBe(toolsUser().uid)
      await own.stop()
      rmSync(closed, { recursive: true })
    })
  })
} else {
  test('without privileges production refuses, and nothing starts', async () => {
    const strict = underTest({ production: true })
    const answer = await call(strict, stdioServer('refused', [hostile]), 'echo')
    expect(faultText(answer)).toBe('backend_refused unsent')
    expect(textOf(answer)).toContain('run the appliance as root or as the packaged service')
    await strict.stop()
  })

  test('without privileges development warns once', async () => {
    expect(under.backends.isolationLevel()).toBe('none')
    for (const id of ['a', 'b']) expect(faultText(await call(under, stdioServer(id, [hostile]), 'echo'))).toBe('answered')
    expect(under.warnings).toHaveLength(1)
  })
}

describe('where no other user is possible', () => {
  test('production refuses', () => {
    const isolation = createIsolation({ production: true, onWarning: () => {}, setpriv: undefined })
    expect(isolation.level).toBe('none')
    expect(isolation.admit).toThrow(/run the appliance as root or as the packaged service/)
  })

  test('development warns once and runs the program as it is', () => {
    const warnings: string[] = []
    const isolation = createIsolation({ production: false, onWarning: message => warnings.push(message), setpriv: undefined })
    isolation.admit()
    isolation.admit()
    expect(warnings).toHaveLength(1)
    expect(isolation.wrap(['a', 'b'])).toEqual(['a', 'b'])
  })
})

describe('the tools user', () => {
  test('is behavry-tools of the system, else a number that is nobody’s', () => {
    expect(toolsUser('root:x:0:0::/:/bin/sh\nbehavry-tools:x:997:996::/nonexistent:/usr/sbin/nologin\n')).toEqual({ uid: 997, gid: 996 })
    expect(toolsUser('root:x:0:0::/:/bin/sh\n')).toEqual({ uid: 60_912, gid: 60_912 })
    expect(toolsUser('behavry-tools:x:0:0::/:/bin/sh\n')).toEqual({ uid: 60_912, gid: 60_912 })
  })
})

describe('the folder of a stdio server', () => {
  const server = stdioServer('../x y', [])
  const prepare = (dir: string, folder: string | undefined, warnings: string[] = []) =>
    prepareFolder(server, folder, { dataDir: dir, user: isRoot ? toolsUser() : undefined, onWarning: message => warnings.push(message) })

  test('cannot be led out of its place by a name', () => {
    const dir = openDir()
    expect(prepare(dir, undefined)).toBe(join(dir, 'tools', 't1.___x_y'))
    rmSync(dir, { recursive: true })
  })

  test('that belongs to somebody else already is left as it is', () => {
    const dir = openDir()
    const folder = join(dir, 'shared')
    mkdirSync(folder)
    chmodSync(folder, 0o750)
    prepare(dir, folder)
    expect(statSync(folder)).toMatchObject({ uid: process.getuid?.() ?? 0, mode: 0o40750 })
    rmSync(dir, { recursive: true })
  })

  test('is never a link or a file', () => {
    const dir = openDir()
    symlinkSync('/etc', join(dir, 'link'))
    writeFileSync(join(dir, 'file'), '')
    for (const name of ['link', 'file']) expect(() => prepare(dir, join(dir, name))).toThrow(/cannot be made or is not a folder/)
    rmSync(dir, { recursive: true })
  })

  test('behind a closed folder is warned about', () => {
    const dir = openDir()
    chmodSync(dir, 0o700)
    const warnings: string[] = []
    prepare(dir, join(dir, 'deep'), warnings)
    expect(warnings.length).toBe(isRoot ? 1 : 0)
    rmSync(dir, { recursive: true })
  })
})

test('a server does not outlive us, even when we are killed', async () => {
  const doomed = Bun.spawn([process.execPath, join(import.meta.dir, '../fixtures/doomed.ts')], { stdout: 'pipe' })
  const reader = doomed.stdout.getReader()
  const line = new TextDecoder().decode((await reader.read()).value)
  const { pid, dir } = JSON.parse(line) as { pid: number; dir: string }
  expect(runs(pid)).toBe(true)
  doomed.kill('SIGKILL')
  await doomed.exited
  expect(await eventually(() => !runs(pid))).toBe(true)
  rmSync(dir, { recursive: true })
})
