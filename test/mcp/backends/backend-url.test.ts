import { describe, expect, test } from 'bun:test'
import type { Failure } from '../../../server/domain/failure.ts'
import { classify } from '../../../server/mcp/backends/http/address-ranges.ts'
import { checkBackendUrl } from '../../../server/mcp/backends/http/backend-url.ts'
import { startHostileHttp } from '../fixtures/hostile-http.ts'
import { call, faultText, httpServer, textOf, underTest } from '../fixtures/under-test.ts'

const outcomeOf = (url: string, allowed: readonly string[] = []) =>
  checkBackendUrl(url, allowed).then(
    () => 'ok',
    (failure: Failure) => `${failure.code}: ${failure.message}`,
  )

const loopbacks = [
  'http://127.0.0.1/',
  'http://0x7f000001/',
  'http://2130706433/',
  'http://127.1/',
  'http://0177.0.0.1/',
  'http://127.0.0.1./',
  'http://localhost/',
  'http://localhost./',
  'http://LOCALHOST:8080/x',
  'https://[::1]/',
  'http://[::ffff:127.0.0.1]/',
  'http://[::ffff:7f00:1]:9/',
  'http://[0:0:0:0:0:ffff:7f00:1]/',
]
const privates = [
  'http://[::127.0.0.1]/',
  'http://[::10.0.0.1]/',
  'http://[::ffff:0:192.168.1.1]/',
  'http://10.1.2.3/',
  'http://172.31.0.1/',
  'http://192.168.1.1/',
  'http://100.64.0.1/',
  'http://[fd12::1]/',
  'http://[64:ff9b::a00:1]/',
]
const nevers = [
  'http://[::169.254.169.254]/',
  'http://[::ffff:0:169.254.169.254]/',
  'http://[::ffff:0:6464:64c8]/',
  'http://[64:ff9b::169.254.169.254]/',
  'http://[::2]/',
  'http://169.254.169.254/latest/meta-data/',
  'http://2852039166/',
  'http://[::ffff:169.254.169.254]/',
  'http://[fe80::1]/',
  'http://[fd00:ec2::254]/',
  'http://100.100.100.200/',
  'http://0.0.0.0/',
  'http://[::]/',
  'http://224.0.0.1/',
  'http://255.255.255.255/',
  'http://[2002:7f00:1::]/',
]

describe('a backend URL', () => {
  for (const url of [...loopbacks, ...privates]) {
    test(`${url} is private: refused, and the message names the variable`, async () => {
      expect(await outcomeOf(url)).toMatch(/^backend_refused: .*BEHAVRY_BACKEND_ALLOW_CIDRS/)
    })
  }
  for (const url of nevers) {
    test(`${url} is refused whatever is allowed`, async () => {
      expect(await outcomeOf(url, ['0.0.0.0/0', '::/0'])).toMatch(/^backend_refused: /)
    })
  }
  for (const url of loopbacks) {
    test(`${url} is allowed when loopback is`, async () => {
      expect(await outcomeOf(url, ['127.0.0.0/8', '::1/128'])).toBe('ok')
    })
  }
  test('an allowed network allows itself only', async () => {
    expect(await outcomeOf('http://10.1.2.3/', ['10.1.0.0/16'])).toBe('ok')
    expect(await outcomeOf('http://10.2.2.3/', ['10.1.0.0/16'])).toMatch(/^backend_refused/)
  })
  for (const url of [
    'file:///etc/passwd',
    'gopher://x/',
    'ftp://x/',
    'javascript:1',
    'no url',
    '',
    'http://user@8.8.8.8/',
    'http://u:p@8.8.8.8/',
  ]) {
    test(`${JSON.stringify(url)} is refused`, async () => expect(await outcomeOf(url, ['0.0.0.0/0'])).toMatch(/^backend_refused/))
  }
  test('public addresses pass', async () => {
    expect(await outcomeOf('https://8.8.8.8/mcp')).toBe('ok')
    expect(await outcomeOf('https://[2606:4700::1111]/mcp')).toBe('ok')
    for (const address of ['172.32.0.1', '::8.8.8.8', '::ffff:0:8.8.8.8']) expect(classify(address)).toBe('public')
  })
  test('a name that does not resolve', async () => {
    expect(await outcomeOf('http://does-not-exist.invalid/')).toBe(
      'backend_unavailable: The host does-not-exist.invalid of the MCP server cannot be resolved.',
    )
  })
  test('a CIDR block that is none', async () => {
    for (const cidr of ['10.0.0.0', '10.0.0.0/33', 'x/8', ''])
      expect(await outcomeOf('http://8.8.8.8/', [cidr])).toStartWith('configuration_invalid')
  })
})

test('checked again at connect: nothing reaches a server that is not allowed', async () => {
  const hostile = startHostileHttp()
  const under = underTest({ allowedCidrs: [] })
  for (const host of ['127.0.0.1', 'localhost', '2130706433']) {
    const answer = await call(under, httpServer(`ssrf-${host}`, hostile.url.replace('127.0.0.1', host)), 'echo')
    expect(faultText(answer)).toBe('backend_refused unsent')
    expect(textOf(answer)).toContain('BEHAVRY_BACKEND_ALLOW_CIDRS')
  }
  expect(hostile.seen).toEqual([])
  await under.stop()
  hostile.stop()
})

test('an allowed name is reached by the checked address and keeps its name in Host', async () => {
  const hostile = startHostileHttp()
  const under = underTest()
  const url = hostile.url.replace('127.0.0.1', 'localhost')
  expect(JSON.parse(textOf(await call(under, httpServer('named', url), 'headers'))).host).toBe(new URL(url).host)
  await under.stop()
  hostile.stop()
})
