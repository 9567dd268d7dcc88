import { describe, expect, test } from 'bun:test'
import { parseEnvFile } from '../../server/config/env-file.ts'
import { appSecret, faultsOf, read } from './sources.ts'

const good: readonly (readonly [string, string, Readonly<Record<string, string>>])[] = [
  [
    'bare, comments, blank lines',
    '# head\n\nA=1\n  B = two words \nC=x#y # note\nD=\nE= # empty',
    { A: '1', B: 'two words', C: 'x#y', D: '', E: '' },
  ],
  ['export', 'export A=1\nexport\tB=2', { A: '1', B: '2' }],
  [
    'double quotes',
    'A="a # b" # note\nB="say \\"hi\\"\\n"\nC="C:\\dir \\$(x) \\\\"',
    { A: 'a # b', B: 'say "hi"\n', C: 'C:\\dir $(x) \\' },
  ],
  ['single quotes are literal', `A='a\\n$(x) \${y} "'`, { A: `a\\n$(x) \${y} "` }],
  ['several lines', 'A="-----BEGIN\nabc\n-----END"\nB=\'x\ny\'\nC=1', { A: '-----BEGIN\nabc\n-----END', B: 'x\ny', C: '1' }],
  ['CRLF and byte order mark', '\uFEFFA=1\r\nB="2\r\n3"\r\n', { A: '1', B: '2\n3' }],
  ['a name of the prototype is a name', '__proto__=1', { ['__proto__']: '1' }],
  ['no line end', 'A=1', { A: '1' }],
]

describe('reads', () => {
  for (const [story, text, expected] of good) {
    test(story, () => {
      const { names, notices } = parseEnvFile(text)
      expect(notices).toEqual([])
      expect([...names]).toEqual(Object.entries(expected))
    })
  }
})

const bad: readonly (readonly [string, string, string, string])[] = [
  ['command', 'BEHAVRY_APP_SECRET_KEY=$(openssl rand -hex 32)', 'BEHAVRY_APP_SECRET_KEY', 'BEHAVRY_APP_SECRET_KEY_FILE'],
  ['command in double quotes', 'A="x $(cat /etc/key)"', 'A', 'A_FILE'],
  ['variable', `A=\${HOME}/x`, 'A', 'A_FILE'],
  ['open quote', 'B=1\nA="hunter2\nends', 'A', 'line 2'],
  ['text after the quote', 'A="x"y', 'A', 'closing quote'],
  ['twice', 'A=1\nB="x\ny"\nA=2', 'A', 'line 4'],
  ['no assignment', 'A=1\nhunter2', 'env file, line 2', 'NAME=value'],
  ['bad name', '1A=hunter2', 'env file, line 1', 'NAME=value'],
]

describe('refuses, and says neither value nor line', () => {
  for (const [story, text, name, hint] of bad) {
    test(story, () => {
      const { notices } = parseEnvFile(text)
      expect(notices.map(notice => notice.name)).toEqual([name])
      expect(notices[0]?.text).toContain(hint)
      for (const value of ['openssl', '/etc/key', 'HOME', 'hunter2']) expect(notices[0]?.text).not.toContain(value)
    })
  }
})

test('a file without bounds is refused', () => {
  expect(parseEnvFile('A'.repeat(1_048_577)).notices).toHaveLength(1)
})

test('a value at fault is not reported as missing as well', () => {
  const result = read({ BEHAVRY_ENV: 'production' }, { envFile: 'BEHAVRY_APP_SECRET_KEY=$(x)\nBEHAVRY_JWT_PRIVATE_KEY="' })
  expect(faultsOf(result)).toEqual(['BEHAVRY_APP_SECRET_KEY invalid_value', 'BEHAVRY_JWT_PRIVATE_KEY invalid_value'])
})

test('unknown names in the file count, names of other programs do not', () => {
  const result = read({}, { envFile: `POSTGRES_PASSWORD=${appSecret}\nBEHAVRY_APP_SECRET=${appSecret}` })
  expect(result.warnings.filter(warning => warning.code === 'config.unknown_name').map(warning => warning.name)).toEqual([
    'BEHAVRY_APP_SECRET',
  ])
})
