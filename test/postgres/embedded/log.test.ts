import { afterAll, expect, test } from 'bun:test'
import { existsSync, readFileSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { openLog } from '../../../server/postgres/embedded/log.ts'
import { newDataDir, strike } from './stage.ts'

const path = join(newDataDir(), 'log')

afterAll(strike)

test('a log is appended to, and a run sees only its own lines', () => {
  writeFileSync(path, 'old\n')
  const log = openLog(path)
  writeSync(log.fd, 'new\n')
  expect(log.tail()).toBe('new\n')
  log.close()
  expect(readFileSync(path, 'utf8')).toBe('old\nnew\n')
  expect(existsSync(`${path}.1`)).toBe(false)
})

test('the tail of a long run is bounded', () => {
  const log = openLog(path)
  writeSync(log.fd, 'x'.repeat(100_000))
  expect(log.tail().length).toBe(8192)
  log.close()
})

test('a log beyond 10 MiB is put aside at the next start', () => {
  truncateSync(path, 11 * 1024 * 1024)
  openLog(path).close()
  expect(statSync(path).size).toBe(0)
  expect(statSync(`${path}.1`).size).toBe(11 * 1024 * 1024)
})
