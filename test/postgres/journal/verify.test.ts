import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import pg from 'pg'
import { defaultTenantId } from '../../../server/domain/snapshot.ts'
import { type VerifyReport, verify } from '../../../server/journal/verify.ts'
import { createJournalReader } from '../../../server/postgres/journal/reader.ts'
import { openTestDatabase, type TestDatabase, testServer } from '../../stage/database.ts'
import { draft, openWriter } from '../../stage/journal.ts'

setDefaultTimeout(30_000)

const otherTenant = 'b0000000-0000-4000-8000-000000000000'
const stream = `0.${defaultTenantId}`
const otherStream = `0.${otherTenant}`
const verified = ({ postgres }: TestDatabase): Promise<VerifyReport> => verify(createJournalReader(postgres), () => undefined)

/** Two streams: one of five segments with three records each, one of a single record. */
async function journalOf(): Promise<TestDatabase> {
  const database = await openTestDatabase()
  const writer = await openWriter(database.postgres)
  for (let segment = 0; segment < 5; segment++) {
    writer.journal.defer({ ...draft(segment * 3), target: 'text � text' })
    writer.journal.defer(draft(segment * 3 + 1))
    await writer.journal.append(draft(segment * 3 + 2))
  }
  await writer.journal.append(draft(0, otherTenant))
  await writer.catchUp()
  await writer.close()
  return database
}

/** As whoever owns the disk: past every trigger and policy. */
async function tamper({ address }: TestDatabase, statements: string): Promise<void> {
  if (address.kind !== 'socket') throw new Error('The test database is on a socket.')
  const { superuser: user } = await testServer()
  const client = new pg.Client({ host: address.directory, port: address.port, user, database: address.database })
  await client.connect()
  await client.query(`SET session_replication_role = replica; SET search_path = behavry; ${statements}`)
  await client.end()
}

test('a journal nobody touched is intact, stream by stream', async () => {
  const database = await journalOf()
  const segments = await database.superuser('SELECT first_seq, last_seq FROM behavry.journal_segments WHERE stream_id = $1 ORDER BY 1', [
    stream,
  ])
  expect(segments.map(row => [Number(row.first_seq), Number(row.last_seq)])).toEqual([
    [1, 3],
    [4, 6],
    [7, 9],
    [10, 12],
    [13, 15],
  ])
  expect(await verified(database)).toEqual({ intact: true, streams: 2, verified: 16, faults: [] })
})

interface Tampering {
  readonly what: string
  readonly sql: string
  readonly seq: number
  readonly reason: string
  readonly streamId?: string
}

const replaced = (from: string, to: string) =>
  `UPDATE journal_segments SET records = convert_to(replace(convert_from(records, 'UTF8'), '${from}', '${to}'), 'UTF8') WHERE stream_id = '${stream}'`
const at = (seq: number) => `stream_id = '${stream}' AND seq = ${seq}`
const segmentAt = (seq: number) => `stream_id = '${stream}' AND first_seq = ${seq}`
const copyOf = (seq: number, changes: string) =>
  `INSERT INTO audit_events SELECT r.* FROM audit_events e, LATERAL jsonb_populate_record(e, ${changes}) AS r WHERE e.stream_id = '${stream}' AND e.seq = ${seq}`

/** SQL that makes the chain sound again from a segment on, as an attacker who knows the format would. */
const rehashed = (from: string, head: boolean) => `
DO $$
DECLARE segment record; line text; link text := 'GENESIS'; first text;
BEGIN
  ${from};
  FOR segment IN SELECT first_seq, convert_from(records, 'UTF8') AS records FROM journal_segments WHERE stream_id = '${stream}' ORDER BY first_seq LOOP
    first := NULL;
    FOREACH line IN ARRAY string_to_array(segment.records, E'\\n') LOOP
      link := encode(sha256(convert_to(line || link, 'UTF8')), 'hex');
      first := coalesce(first, link);
    END LOOP;
    UPDATE journal_segments SET first_hash = first, last_hash = link WHERE stream_id = '${stream}' AND first_seq = segment.first_seq;
  END LOOP;
  ${head ? `UPDATE audit_heads SET hash = link WHERE stream_id = '${stream}';` : ''}
END $$`

const tamperings: readonly Tampering[] = [
  { what: 'one digit of a record in the middle', sql: replaced('"n":7', '"n":8'), seq: 8, reason: 'hash_mismatch' },
  { what: 'the first record of a segment', sql: replaced('"n":6', '"n":5'), seq: 7, reason: 'hash_mismatch' },
  { what: 'the very first record', sql: replaced('"n":0}', '"n":9}'), seq: 1, reason: 'hash_mismatch' },
  {
    what: 'bytes that read as the same text',
    sql: `UPDATE journal_segments SET records = overlay(records PLACING '\\xff'::bytea FROM position('\\xefbfbd'::bytea IN records) FOR 3) WHERE ${segmentAt(4)}`,
    seq: 4,
    reason: 'unreadable_record',
  },
  { what: 'a record that is no JSON any more', sql: replaced('"n":7}', '"n":7'), seq: 8, reason: 'unreadable_record' },
  { what: 'a record of an unknown format', sql: replaced('"seq":8,', '"seq":8,"v":2,'), seq: 8, reason: 'hash_mismatch' },
  { what: 'a middle segment deleted', sql: `DELETE FROM journal_segments WHERE ${segmentAt(7)}`, seq: 7, reason: 'gap' },
  { what: 'the first segment deleted', sql: `DELETE FROM journal_segments WHERE ${segmentAt(1)}`, seq: 1, reason: 'gap' },
  { what: 'the tail deleted', sql: `DELETE FROM journal_segments WHERE ${segmentAt(13)}`, seq: 13, reason: 'head_mismatch' },
  {
    what: 'the tail deleted with its head set back',
    sql: `UPDATE audit_heads SET seq = 12, hash = (SELECT last_hash FROM journal_segments WHERE ${segmentAt(10)}) WHERE stream_id = '${stream}';
      DELETE FROM journal_segments WHERE ${segmentAt(13)}`,
    seq: 13,
    reason: 'projection_mismatch',
  },
  {
    what: 'the texts of two segments swapped',
    sql: `UPDATE journal_segments a SET records = b.records FROM journal_segments b
      WHERE a.stream_id = b.stream_id AND a.stream_id = '${stream}' AND (a.first_seq, b.first_seq) IN ((4, 7), (7, 4))`,
    seq: 4,
    reason: 'link_mismatch',
  },
  {
    what: 'two segments swapped whole, numbers and all',
    sql: `UPDATE journal_segments SET first_seq = 1004, last_seq = 1006 WHERE ${segmentAt(4)};
      UPDATE journal_segments SET first_seq = 4, last_seq = 6 WHERE ${segmentAt(7)}; UPDATE journal_segments SET first_seq = 7, last_seq = 9 WHERE ${segmentAt(1004)}`,
    seq: 4,
    reason: 'link_mismatch',
  },
  {
    what: 'a segment inserted behind the tail',
    sql: `INSERT INTO journal_segments SELECT stream_id, 16, 18, tenant_id, first_hash, last_hash, records FROM journal_segments WHERE ${segmentAt(13)}`,
    seq: 16,
    reason: 'head_mismatch',
  },
  {
    what: 'a segment inserted before the first',
    sql: `INSERT INTO journal_segments SELECT stream_id, -2, 0, tenant_id, first_hash, last_hash, records FROM journal_segments WHERE ${segmentAt(1)}`,
    seq: 1,
    reason: 'gap',
  },
  {
    what: 'a segment inserted between two',
    sql: `INSERT INTO journal_segments SELECT stream_id, 5, 6, tenant_id, first_hash, last_hash, records FROM journal_segments WHERE ${segmentAt(4)}`,
    seq: 7,
    reason: 'gap',
  },
  {
    what: 'a segment of a stream that is nobody’s',
    sql: `INSERT INTO journal_segments SELECT '9.x', 1, 3, tenant_id, first_hash, last_hash, records FROM journal_segments WHERE ${segmentAt(1)}`,
    seq: 1,
    reason: 'link_mismatch',
    streamId: '9.x',
  },
  {
    what: 'a segment given to another tenant',
    sql: `UPDATE journal_segments SET tenant_id = '${otherTenant}' WHERE ${segmentAt(4)}`,
    seq: 4,
    reason: 'link_mismatch',
  },
  { what: 'a head set back', sql: `UPDATE audit_heads SET seq = 12 WHERE stream_id = '${stream}'`, seq: 13, reason: 'head_mismatch' },
  {
    what: 'a head with another hash',
    sql: `UPDATE audit_heads SET hash = 'x' WHERE stream_id = '${stream}'`,
    seq: 16,
    reason: 'head_mismatch',
  },
  { what: 'a head deleted', sql: `DELETE FROM audit_heads WHERE stream_id = '${stream}'`, seq: 16, reason: 'head_mismatch' },
  { what: 'hashed anew from a record on', sql: rehashed(replaced('"n":7', '"n":8'), false), seq: 8, reason: 'projection_mismatch' },
  { what: 'hashed anew with its head', sql: rehashed(replaced('"n":7', '"n":8'), true), seq: 8, reason: 'projection_mismatch' },
  { what: 'the journal emptied', sql: 'TRUNCATE journal_segments', seq: 1, reason: 'head_mismatch' },
  { what: 'the journal emptied with its heads', sql: 'TRUNCATE journal_segments, audit_heads', seq: 1, reason: 'projection_mismatch' },

  {
    what: 'a row of the projection updated',
    sql: `UPDATE audit_events SET target = 'x' WHERE ${at(5)}`,
    seq: 5,
    reason: 'projection_mismatch',
  },
  { what: 'a field of it taken away', sql: `UPDATE audit_events SET extra = NULL WHERE ${at(5)}`, seq: 5, reason: 'projection_mismatch' },
  { what: 'a hash of it changed', sql: `UPDATE audit_events SET event_hash = 'x' WHERE ${at(5)}`, seq: 5, reason: 'projection_mismatch' },
  {
    what: 'a link of it changed',
    sql: `UPDATE audit_events SET previous_hash = 'x' WHERE ${at(5)}`,
    seq: 5,
    reason: 'projection_mismatch',
  },
  {
    what: 'a row of it given to another tenant',
    sql: `UPDATE audit_events SET tenant_id = '${otherTenant}' WHERE ${at(5)}`,
    seq: 5,
    reason: 'projection_mismatch',
  },
  {
    what: 'a row of it moved to another stream',
    sql: `UPDATE audit_events SET stream_id = '9.x' WHERE ${at(5)}`,
    seq: 5,
    reason: 'projection_mismatch',
  },
  { what: 'a row of it deleted', sql: `DELETE FROM audit_events WHERE ${at(5)}`, seq: 5, reason: 'projection_mismatch' },
  { what: 'its last row deleted', sql: `DELETE FROM audit_events WHERE ${at(15)}`, seq: 15, reason: 'projection_mismatch' },
  {
    what: 'a copy of a row at another time',
    sql: copyOf(5, `'{"timestamp":"2020-01-01T00:00:00Z"}'`),
    seq: 5,
    reason: 'projection_mismatch',
  },
  { what: 'a second row for a record', sql: copyOf(5, `'{"id":"${otherTenant}"}'`), seq: 5, reason: 'projection_mismatch' },
  { what: 'a row behind the last', sql: copyOf(5, `'{"id":"${otherTenant}","seq":16}'`), seq: 16, reason: 'projection_mismatch' },
  { what: 'a row far behind the last', sql: copyOf(5, `'{"id":"${otherTenant}","seq":9000}'`), seq: 9000, reason: 'projection_mismatch' },
  { what: 'a row before the first', sql: copyOf(5, `'{"id":"${otherTenant}","seq":0}'`), seq: 0, reason: 'projection_mismatch' },
  {
    what: 'a row of a stream that is nobody’s',
    sql: copyOf(5, `'{"id":"${otherTenant}","stream_id":"9.x"}'`),
    seq: 5,
    reason: 'projection_mismatch',
    streamId: '9.x',
  },
  {
    what: 'a row updated and the projector’s position set back',
    sql: `UPDATE audit_events SET target = 'x' WHERE ${at(5)}; UPDATE journal_projected SET seq = 3 WHERE stream_id = '${stream}'`,
    seq: 4,
    reason: 'projection_mismatch',
  },
  { what: 'the projection emptied', sql: 'TRUNCATE audit_events', seq: 1, reason: 'projection_mismatch' },
]

describe('a tampering is found, with its stream, its record and why', () => {
  test.each(tamperings.map(one => [one.what, one] as const))('%s', async (_, { sql, seq, reason, streamId = stream }) => {
    const database = await journalOf()
    await tamper(database, sql)
    const report = await verified(database)
    expect(report.intact).toBe(false)
    expect(report.faults.find(fault => fault.streamId === streamId)).toMatchObject({ streamId, seq, reason })
    if (!/TRUNCATE/.test(sql)) expect(report.faults.map(fault => fault.streamId)).not.toContain(otherStream)
    await database.close()
  })
})

const tenant = `'${defaultTenantId}'`
const agent = `INSERT INTO agents (id, tenant_id, name, agent_type, roles, permissions) VALUES (gen_random_uuid(), ${tenant}, 'a', 'x', '{}', '{}')`
/** What is left where somebody deleted the whole journal. */
const traces: readonly (readonly [string, string])[] = [
  [
    'a session',
    `${agent}; INSERT INTO sessions (id, tenant_id, agent_id, issued_by, issued_at, expires_at) SELECT gen_random_uuid(), ${tenant}, id, 'x', now(), now() FROM agents`,
  ],
  [
    'an escalation',
    `INSERT INTO escalations (id, tenant_id, created_at, expires_at, agent_id, agent_name, risk_tier, server_id, tool, action, resource, policy_id, reason, call_digest, event_id)
      VALUES (gen_random_uuid(), ${tenant}, now(), now(), gen_random_uuid(), 'a', 'low', 's', 't', 'read', 'r', 'p', 'x', 'd', gen_random_uuid())`,
  ],
  [
    'a grant',
    `INSERT INTO grants (id, tenant_id, escalation_id, call_digest, expires_at) VALUES (gen_random_uuid(), ${tenant}, gen_random_uuid(), 'd', now())`,
  ],
  ['the position of the projector', `INSERT INTO journal_projected VALUES ('${stream}', 3, 'h')`],
]

test.each(traces)('no journal at all beside %s is a journal that is missing', async (_, sql) => {
  const database = await openTestDatabase()
  await tamper(database, sql)
  const { intact, streams, faults } = await verified(database)
  expect([intact, streams, faults.map(({ streamId, reason }) => [streamId, reason])]).toEqual([false, 0, [['*', 'journal_missing']]])
})

test('a database that nothing was done with is intact, with a registry too', async () => {
  const database = await openTestDatabase()
  expect(await verified(database)).toEqual({ intact: true, streams: 0, verified: 0, faults: [] })
  await tamper(database, agent)
  expect(await verified(database)).toEqual({ intact: true, streams: 0, verified: 0, faults: [] })
})

test('everything deleted: the journal is missing', async () => {
  const database = await journalOf()
  await tamper(database, 'TRUNCATE journal_segments, audit_events, audit_heads')
  expect((await verified(database)).faults.map(({ reason }) => reason)).toEqual(['journal_missing'])
})

test('a journal that is written to while it is verified is intact', async () => {
  const database = await openTestDatabase()
  const writer = await openWriter(database.postgres)
  await Promise.all(Array.from({ length: 3_000 }, (_, n) => writer.journal.append(draft(n))))
  let busy = true
  const load = (async () => {
    for (let n = 0; busy; n++) {
      await Promise.all([
        writer.journal.append(draft(n)),
        writer.journal.append(draft(n, n % 50 === 0 ? crypto.randomUUID() : otherTenant)),
      ])
      if (n % 10 === 0) await writer.catchUp()
    }
  })()
  for (let round = 0; round < 5; round++) expect((await verified(database)).faults).toEqual([])
  busy = false
  await load
})

test('a hundred thousand records are verified in bounded memory', async () => {
  const database = await openTestDatabase()
  const writer = await openWriter(database.postgres)
  for (let round = 0; round < 10; round++) {
    await Promise.all(Array.from({ length: 10_000 }, (_, n) => writer.journal.append({ ...draft(n), target: 'x'.repeat(300) })))
  }
  await writer.catchUp()
  await writer.close()
  Bun.gc(true)
  const memory = process.memoryUsage().rss
  const begun = performance.now()
  expect(await verified(database)).toMatchObject({ intact: true, verified: 100_000 })
  const grown = Math.round((process.memoryUsage().rss - memory) / 1e6)
  process.stderr.write(`verified 100,000 records in ${Math.round(performance.now() - begun)} ms, ${grown} MB more\n`)
  expect(grown).toBeLessThan(300)
}, 120_000)
