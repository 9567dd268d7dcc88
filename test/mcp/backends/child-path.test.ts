import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { chmodSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { childPath } from '../../../server/mcp/backends/stdio/child-path.ts'
import { openDir } from '../fixtures/under-test.ts'

const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
let dir: string
let open: string
let closed: string
beforeAll(() => {
  dir = openDir()
  open = join(dir, 'open')
  closed = join(dir, 'home', 'bin')
  mkdirSync(open)
  mkdirSync(closed, { recursive: true })
  for (const folder of [open, closed]) chmodSync(folder, 0o755)
  chmodSync(join(dir, 'home'), 0o700)
})
afterAll(() => rmSync(dir, { recursive: true }))

describe('the PATH of a child', () => {
  test('of another user has only folders that others may walk to', () => {
    expect(childPath([closed, '/usr/bin', open, join(dir, 'gone'), 'bin', '.', ''].join(':'), true)).toBe(`/usr/bin:${open}`)
  })
  test('of our own user has all absolute folders', () => {
    expect(childPath(['.', closed, '', 'bin', open].join(':'), false)).toBe(`${closed}:${open}`)
  })
  test('is that of the system when nothing is left', () => {
    for (const ours of [undefined, '', '.:bin', closed]) expect(childPath(ours, true)).toBe(systemPath)
  })
})
