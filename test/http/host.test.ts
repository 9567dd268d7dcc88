import { describe, expect, test } from 'bun:test'
import { Failure } from '../../server/domain/failure.ts'
import { createHostRules } from '../../server/http/host.ts'

const rules = createHostRules('https://gate.example.com:8443')

/** The rules look at two headers and the path; a fetch API would not let a Host be set. */
function verdict(headers: Readonly<Record<string, string>>, path = '/mcp/v1/demo'): string {
  const request = { headers: new Headers(headers), url: `http://localhost${path}` } as Request
  try {
    rules.check(request)
    return 'in'
  } catch (error) {
    return error instanceof Failure ? error.code : String(error)
  }
}

describe('Host', () => {
  test.each([
    'localhost',
    'LOCALHOST:8000',
    '127.0.0.1',
    '127.0.0.1:8000',
    '192.0.2.7:80',
    '[::1]',
    '[::1]:8000',
    'gate.example.com',
    'Gate.Example.Com:1',
  ])('%s is served', host => expect(verdict({ host })).toBe('in'))
  test.each([
    'x',
    'ab',
    'abc',
    '',
    ' ',
    'evil.example',
    'localhost.evil.example',
    'evil.localhost',
    'localhost/x',
    'localhost?',
    'localhost#',
    'localhost\\x',
    'user@localhost',
    'localhost:',
    'localhost:x',
    'localhost:123456',
    'localhost, evil.example',
    '[::1',
    '::1',
    '[::1]x',
    '127.0.0.1.evil.example',
    '0x7f000001',
    '2130706433',
    'gate.example.com.',
    'gate.example.com@evil.example',
    'ｌocalhost',
  ])('%j is not', host =>
    expect(verdict(host.match(/^[\x20-\x7e]*$/) ? { host } : { host: encodeURIComponent(host) })).toBe('host_refused'),
  )
  test('none at all is not', () => expect(verdict({})).toBe('host_refused'))
})

describe('Origin', () => {
  const from = (origin: string, host = '127.0.0.1:8000') => verdict({ host, origin })
  test.each([
    'http://localhost:3000',
    'http://127.0.0.1:8000',
    'https://[::1]',
    'https://gate.example.com',
    'HTTPS://GATE.EXAMPLE.COM:8443',
  ])('%s may call', origin => expect(from(origin)).toBe('in'))
  test.each([
    'null',
    '',
    'https://evil.example',
    'http://203.0.113.66',
    'http://10.0.0.5:8000',
    'http://[2001:db8::1]',
    'https://gate.example.com.evil.example',
    'https://evil.example/gate.example.com',
    'https://gate.example.com@evil.example',
    'https://evil.example#localhost',
    'file://',
    'chrome-extension://abcdef',
    'http://localhost.evil.example',
    'http://127.0.0.1.evil.example',
    'javascript://localhost',
    'http://localhost http://evil.example',
  ])('%j may not', origin => expect(from(origin)).toBe('host_refused'))
  test('a page of the very address that was asked may call', () => expect(from('http://192.0.2.7:9000', '192.0.2.7:8000')).toBe('in'))
  test('what is published for everybody answers any page, but not any Host', () => {
    expect(verdict({ host: 'localhost', origin: 'https://evil.example' }, '/.well-known/jwks.json')).toBe('in')
    expect(verdict({ host: 'evil.example', origin: 'https://evil.example' }, '/.well-known/jwks.json')).toBe('host_refused')
    expect(verdict({ host: 'localhost', origin: 'https://evil.example' }, '/x/.well-known/jwks.json')).toBe('host_refused')
  })
})
