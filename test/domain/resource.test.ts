import { describe, expect, test } from 'bun:test'
import { Failure } from '../../server/domain/failure.ts'
import type { JsonObject } from '../../server/domain/json.ts'
import { resourceCountOf, resourceNounOf, resourcesOf } from '../../server/domain/resource.ts'

const longText = 'see /etc/passwd and '.repeat(500)

const cases: readonly (readonly [string, JsonObject, readonly string[]])[] = [
  ['no arguments', {}, []],
  ['a path', { path: '/srv/a' }, ['/srv/a']],
  ['order and once each', { source: '/b', destination: '/a', target: '/b' }, ['/b', '/a']],
  ['spellings', { filePath: 'a', FILE_PATH: 'b', 'file-path': 'c', filepath: 'd', targetFile: 'e' }, ['a', 'b', 'c', 'd', 'e']],
  ['plurals', { paths: ['a', 'b'], directories: ['c'], branches: ['d'], queries: ['select 1'] }, ['a', 'b', 'c', 'd', 'select 1']],
  ['a telling word anywhere', { file_to_delete: 'a', url_to_open: 'b', from: 'c', to: ['d'] }, ['a', 'b', 'c', 'd']],
  ['nested', { options: { deep: [{ repo: 'acme/site' }] } }, ['acme/site']],
  ['members of a telling object', { files: [{ name: 'a.txt', content: longText }] }, ['a.txt']],
  [
    'keys that are paths',
    { files: { '/etc/motd': '/srv/motd', 'b/../c.txt': { content: longText } } },
    ['/etc/motd', '/srv/motd', 'c.txt'],
  ],
  ['numbers', { repo_id: 42, limit: 7, channel: 0 }, ['42', '0']],
  [
    'statements are kept',
    { query: ' SELECT a FROM b//c ', command: 'cat ../x | sh', cmd: 'C:\\x.exe' },
    ['SELECT a FROM b//c', 'cat ../x | sh', 'C:\\x.exe'],
  ],
  ['content is none', { content: longText, text: '/etc', file_content: '/etc/x', body: '/x', title: '/y', path_depth: '3' }, []],
  ['unknown keys are none', { name: 'passwd', reason: 'either / or', pattern: '*.ts', ok: true, nothing: null, count2: 7 }, []],
  ['numbered names', { file1: 'a', PATH2: 'b', 'file[0]': 'c', 'path.3': 'd', content2: '/etc' }, ['a', 'b', 'c', 'd']],
  ['compatibility forms of names', { 'file\uff50ath': 'a', '\uff30\uff21\uff34\uff28': 'b', 'pa\u200bth': 'c' }, ['a', 'b', 'c']],
  [
    'what looks like a place under a key that says nothing',
    {
      name: '/etc/passwd',
      key: '~/.ssh/id_rsa',
      object: '../x',
      entry: '.env',
      input: 'C:\\x',
      args: ['-n', 'a/b', 's3://bucket/x', 'plain words'],
    },
    ['/etc/passwd', '~/.ssh/id_rsa', '../x', '.env', '/c:/x', 'C:\\x', 'a/b', 's3://bucket/x'],
  ],
  ['a hidden slash', { name: '..%2fetc' }, ['../etc', '..%2fetc']],
  ['a key that looks like a place', { input: { '/etc/motd': 'text' } }, ['/etc/motd']],
  ['what is named comes before what only looks so', { name: '/a', path: '/b' }, ['/b', '/a']],
  ['an image in base64 is no place', { image: `/9j/${'4AAQSkZJRg/'.repeat(1_000)}` }, []],
  ['a detour of any length is one', { name: `/${'a/../'.repeat(2_000)}etc/passwd` }, ['/etc/passwd']],
  ['an empty path is here', { path: '' }, ['.']],
  ['normalised', { path: '/srv//x/../../etc/passwd' }, ['/etc/passwd']],
  ['both readings', { path: '/etc/%2e%2e/x' }, ['/x', '/etc/%2e%2e/x']],
  ['both readings of a backslash', { path: '/etc\\..\\x' }, ['/x', '/etc\\..\\x']],
  ['a URL', { url: 'HTTPS://Example.ORG/a/../b?q=1' }, ['https://example.org/b?q=1', 'HTTPS://Example.ORG/a/../b?q=1']],
  ['a URL in normal form', { uri: 'https://example.org/b' }, ['https://example.org/b']],
  ['a host in disguise', { url: 'http://0x7f.1/' }, ['http://127.0.0.1/', 'http://0x7f.1/']],
  ['a broken scheme', { url: 'ht\ttp:\\\\example.org' }, ['http://example.org/', 'ht\ttp:\\\\example.org']],
  ['a file URL', { url: 'file:///srv/%2e%2e/etc/passwd' }, ['/etc/passwd', 'file:///srv/%2e%2e/etc/passwd']],
  ['a file URL of Windows', { url: 'file:///C:/Windows' }, ['/c:/Windows', 'file:///C:/Windows']],
  ['a URL that is none', { url: 'http://[' }, ['http:/[']],
  ['a key called __proto__', JSON.parse('{"__proto__":{"path":"/etc"}}'), ['/etc']],
]

describe('resourcesOf', () => {
  test.each(cases)('%s', (_, args, resources) => {
    expect(resourcesOf(args)).toEqual([...resources])
  })

  test('the first reading of a URL holds no password', () => {
    expect(resourcesOf({ url: 'https://bob:secret@example.org/x' })[0]).toBe('https://example.org/x')
  })

  test('a thousand resources pass, one more is refused', () => {
    const paths = Array.from({ length: 1000 }, (_, i) => `/srv/${i}`)
    expect(resourcesOf({ paths })).toHaveLength(1000)
    expect(() => resourcesOf({ paths: [...paths, '/etc'] })).toThrow(Failure)
    expect(resourcesOf({ paths: [...paths, '/srv/0'], content: '/etc' })).toHaveLength(1000)
  })
})

test.each([
  ['read_file', 'file'],
  ['create_issue_comment', 'issue_comment'],
  ['listIssues', 'issues'],
  ['search', 'search'],
  ['search_', 'search_'],
  ['', ''],
])('the noun of %j is %j', (tool, noun) => {
  expect(resourceNounOf(tool)).toBe(noun)
})

test.each([
  [{}, 1],
  [{ ids: [] }, 1],
  [{ ids: [1, 2, 3], tags: ['a'] }, 3],
  [
    {
      options: {
        ids: [
          [1, 2],
          [1, 2, 3, 4],
        ],
      },
    },
    4,
  ],
  [{ text: 'a,b,c' }, 1],
])('%j counts %d', (args, count) => {
  expect(resourceCountOf(args as JsonObject)).toBe(count)
})
