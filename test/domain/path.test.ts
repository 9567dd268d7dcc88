import { describe, expect, test } from 'bun:test'
import { normalizePath } from '../../server/domain/path.ts'

const cases: readonly (readonly [string, string])[] = [
  ['/etc/passwd', '/etc/passwd'],
  ['/srv/Data/Report.MD', '/srv/Data/Report.MD'],
  ['', '.'],
  ['.', '.'],
  ['/', '/'],
  ['///', '/'],
  ['./a//b/', 'a/b'],
  ['a/..', '.'],
  ['..', '..'],
  ['../../a', '../../a'],
  ['a/../../etc', '../etc'],
  ['/srv/../etc/passwd', '/etc/passwd'],
  ['/../../etc', '/etc'],
  ['/srv/./x/.././y', '/srv/y'],
  ['.env', '.env'],
  ['/srv/...', '/srv'],
  ['/srv/a..b/.c.d', '/srv/a..b/.c.d'],
  // trailing dots and spaces, NUL
  ['/etc/passwd.', '/etc/passwd'],
  ['/etc/passwd . .', '/etc/passwd'],
  ['/etc. /passwd', '/etc/passwd'],
  ['/srv/.. /etc', '/etc'],
  ['  /etc/passwd\n', '/etc/passwd'],
  ['/etc/passwd\0.png', '/etc/passwd'],
  ['/etc/passwd%00.png', '/etc/passwd'],
  // home
  ['~', '~'],
  ['~/.ssh/id_rsa', '~/.ssh/id_rsa'],
  ['~//.ssh/./id_rsa', '~/.ssh/id_rsa'],
  ['~/../etc/passwd', '/etc/passwd'],
  ['~/../../../etc', '/etc'],
  ['~root/.ssh', '/root/.ssh'],
  ['~root', '/root'],
  ['~bob/.ssh', '/home/bob/.ssh'],
  ['$HOME/.aws', '~/.aws'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a shell's variable, not ours.
  ['${HOME}/.aws', '~/.aws'],
  ['%USERPROFILE%\\.aws', '~/.aws'],
  ['$HOMER/x', '$HOMER/x'],
  ['/a/~/../b', '/a/b'],
  // percent and unicode escapes
  ['/srv/%2e%2e/etc', '/etc'],
  ['/srv/%2E%2E%2Fetc', '/etc'],
  ['/srv/%252e%252e/etc', '/etc'],
  ['/srv/%25252e/etc', '/srv/%2e/etc'],
  ['/srv/%c0%ae%c0%ae%c0%afetc', '/etc'],
  ['/srv/%u002e%u002e/etc', '/etc'],
  ['/srv/\\u002e\\u002e/etc', '/etc'],
  ['/srv/\\x2e\\x2e\\x2fetc', '/etc'],
  ['/caf%C3%A9', '/café'],
  ['/100%', '/100%'],
  ['/a%zz%ff', '/a%zz\ufffd'],
  // Windows
  ['C:\\Users\\Bob', '/c:/Users/Bob'],
  ['c:/Users', '/c:/Users'],
  ['C:', '/c:'],
  ['C:boot.ini', '/c:/boot.ini'],
  ['/C:/Windows', '/c:/Windows'],
  ['C:\\Windows\\..\\..\\x', '/x'],
  ['\\\\?\\C:\\Windows', '/c:/Windows'],
  ['\\\\server\\share\\x', '/server/share/x'],
  ['..\\..\\etc', '../../etc'],
  ['/srv/app.php::$DATA', '/srv/app.php'],
  // not paths, and left alone
  ['general', 'general'],
  ['#general', '#general'],
  ['acme/site', 'acme/site'],
  ['bob@corp.test', 'bob@corp.test'],
]

describe('normalizePath', () => {
  test.each(cases)('%j → %j', (text, path) => {
    expect(normalizePath(text)).toBe(path)
  })

  test.each(['/', '../', 'a/', '%2e', '%25', '\\u002e', ' ', '. ', '::$DATA', '~/', '%c0', 'C:'])('a megabyte of %j ends', piece => {
    expect(normalizePath(piece.repeat(1_000_000 / piece.length))).toBeString()
  })
})
