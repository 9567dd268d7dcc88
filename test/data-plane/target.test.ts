import { describe, expect, test } from 'bun:test'
import { pipeline } from '../../server/data-plane/pipeline.ts'
import type { JsonObject } from '../../server/domain/json.ts'
import { escalate, judgeThat, request, snapshotOf, stage } from './stage.ts'

/** Joined at run time, so that no scanner of source code takes it for real. */
const githubToken = `${'ghp'}_Q7rT2mZ9vK4sX1pL8nB5cW3yH6dF0gJqEaUi`

/** What the journal and the reviewer are shown of a call with these arguments, whatever is decided. */
async function targetOf(args: JsonObject): Promise<string> {
  const { world, records, effects } = stage({ snapshot: snapshotOf({ judge: judgeThat(escalate) }) })
  await pipeline(request('read_note', args), world)
  const target = records[0]?.target ?? ''
  for (const effect of effects) expect(effect).toMatchObject({ kind: 'open_escalation', escalation: { resource: target } })
  return target
}

const shown: readonly (readonly [JsonObject, string])[] = [
  [{}, 'note'],
  [{ path: '/srv//a/../b' }, '/srv/b'],
  [{ path: 'Copy of report.docx' }, 'Copy of report.docx'],
  [{ path: 'make coffee.md' }, 'make coffee.md'],
  [{ to: 'ann@example.com' }, 'ann@example.com'],
  [{ url: 'https://example.com/@ann/x' }, 'https://example.com/@ann/x'],
  [{ url: 'http://[2001:db8::1]:80/x' }, 'http://[2001:db8::1]/x'],
  [{ url: 'https://bob:pw@example.com/x?a=secret words#more' }, 'https://example.com/x'],
  [{ url: 'ht\ttps://bob:pw@example.com/x' }, 'https://example.com/x'],
  [{ url: 'https:bob:pw@example.com/x' }, 'https://example.com/x'],
  [{ url: 'postgres://bob:pw@db:5432/x?password=pw' }, 'postgres://db:5432/x'],
  [{ url: 'postgres://bob:p/w@db:5432/x' }, 'postgres://***'],
  [{ path: 'curl https://bob:S3cr3tPw9@example.com/x?token=abcdef' }, 'curl example.com/x'],
  [{ path: 'see https://bob:S3cr3tPw9@example.com/x?tok' }, 'see example.com/x'],
  [{ path: 'curl https://bob@example.com/x?token=abcdef' }, 'curl example.com/x'],
  [{ path: 'see  https://example.com/x?api_key=SUPERSECRETQ' }, 'see  https:/example.com/x'],
  [{ path: 'see https:%2f%2fbob:pw@example.com/x%3fkey=SUPERSECRETQ' }, 'see https:/example.com/x'],
  [{ name: 'https://bob:pw@example.com/x?token=abcdef' }, 'https://example.com/x'],
  [{ query: "select * from t where pw='SUPERSECRETSQL'" }, 'select t'],
  [{ query: "select 'x from SUPERSECRETSQL' from s.t" }, 'select s.t'],
  [{ query: "select/**/pw='SUPERSECRETSQL'" }, 'select'],
  [{ path: "select * from t where pw='SUPERSECRETSQL'" }, 'select t'],
  [{ sql: 'UPDATE "users" SET pw = 1' }, 'UPDATE users'],
  [{ sql: "INSERT INTO t (a) VALUES ('b')" }, 'INSERT t'],
  [{ sql: 'drop table if exists t' }, 'drop t'],
  [{ sql: "alter user bob password 'pw'" }, 'alter'],
  [{ query: 'hunter two' }, 'hunter'],
  [{ command: 'PGPASSWORD=pw psql -h db.example.com' }, 'psql'],
  [{ command: 'curl -u bob:p/w -H "X-Key: a/b" https://example.com/x?t=1' }, 'curl example.com/x'],
  [{ command: 'curl bob:pw@example.com/x' }, 'curl example.com/x'],
  [{ command: 'rm -rf /srv/x /srv/y' }, 'rm /srv/x'],
  [{ command: 'echo pa/ss | tee /srv/x' }, 'echo'],
  [{ command: 'cat <<EOF\npa/ss\nEOF' }, 'cat'],
]

test.each(shown)('of %j is shown %j', async (args, target) => {
  expect(await targetOf(args)).toBe(target)
})

describe('a secret that a scanner found is not shown', () => {
  test.each<readonly [string, JsonObject]>([
    ['across the cut', { path: `/${'x'.repeat(285)}/${githubToken}` }],
    ['across 4096 units', { path: `/${'a/../'.repeat(815)}${'b'.repeat(5)}/${githubToken}` }],
    ['behind a scheme', { path: `curl https://${githubToken}@example.com` }],
    ['as a verb', { query: `${githubToken} x` }],
    ['in a key', { files: { [`/${githubToken}`]: 'text' } }],
    ['only decoding shows it', { path: `/srv/%67hp_${githubToken.slice(4)}/x` }],
    ['behind all that is looked at', { path: `/${'a/../'.repeat(220_000)}${githubToken}` }],
  ])('%s', async (_, args) => {
    const target = await targetOf(args)
    expect(target).not.toBe('')
    for (let at = 4; at < githubToken.length - 8; at++) expect(target).not.toContain(githubToken.slice(at, at + 8))
  })
})

test.each(["'", "'\\", '"\\', 'a:', 'ab:/', 'a=b ', '/*', 'from ', 'with ', '-- ', '://', 'x@', '[REDACTED:x]', 'ab://['])(
  'a megabyte of %j ends',
  async part => {
    const text = part.repeat((1 << 20) / part.length - 8)
    expect((await targetOf({ query: `${text}\\` })).length).toBeLessThanOrEqual(301)
    expect((await targetOf({ name: `/${text}\\` })).length).toBeLessThanOrEqual(301)
  },
)
