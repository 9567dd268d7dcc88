import { type Selectable, sql, type Transaction } from 'kysely'
import type { JournalReader, Standing, StoredSegment } from '../../journal/verify.ts'
import type { Postgres } from '../connect.ts'
import type { Database } from '../schema.ts'

const segmentsPerRead = 500
const recordsPerRead = 4_000

/**
 * The journal for a verifier, which needs no server. Each look is a short transaction of its own: one long snapshot would keep the hot rows of a writing server from
 * being cleaned up.
 */
export function createJournalReader(postgres: Postgres): JournalReader {
  return {
    streams: () => postgres.asSystem(readStreams),
    expectsRecords: () => postgres.asSystem(readTraces),
    standing: streamId => postgres.asSystem(trx => readStanding(trx, streamId), 'repeatable read'),
    read: (streamId, after, last) => postgres.asSystem(trx => readSegments(trx, streamId, after, last)),
    projectionFault: (streamId, { firstSeq, hashes }) =>
      postgres.asSystem(async trx => {
        const last = firstSeq + hashes.length - 2
        const { rows } = await sql<{ seq: string | null }>`
          SELECT behavry.journal_projection_fault(${streamId}, ${firstSeq}, ${last}, ${hashes}::text[]) AS seq`.execute(trx)
        return number(rows[0]?.seq)
      }),
    firstOtherHash: (streamId, { firstSeq, hashes }) =>
      postgres.asSystem(async trx => {
        const { rows } = await sql<{ seq: string | null }>`
          SELECT min(seq) AS seq FROM behavry.audit_events WHERE stream_id = ${streamId} AND seq BETWEEN ${firstSeq} AND ${firstSeq + hashes.length - 2}
            AND event_hash IS DISTINCT FROM (${hashes}::text[])[seq - ${firstSeq} + 2]`.execute(trx)
        return number(rows[0]?.seq)
      }),
  }
}

/** A session is opened after its record, an escalation and a grant together with theirs, and the projector moves behind them. */
async function readTraces(trx: Transaction<Database>): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`
    SELECT EXISTS (SELECT 1 FROM behavry.sessions) OR EXISTS (SELECT 1 FROM behavry.escalations) OR EXISTS (SELECT 1 FROM behavry.grants)
      OR EXISTS (SELECT 1 FROM behavry.journal_projected WHERE seq > 0) AS found`.execute(trx)
  return rows[0]?.found ?? false
}

/** From one stream to the next by index: there are few streams, and many rows. */
async function readStreams(trx: Transaction<Database>): Promise<readonly string[]> {
  const { rows } = await sql<{ stream_id: string }>`
    WITH RECURSIVE stored AS (
      SELECT min(stream_id) AS stream_id FROM behavry.journal_segments
      UNION ALL
      SELECT (SELECT min(s.stream_id) FROM behavry.journal_segments s WHERE s.stream_id > stored.stream_id) FROM stored WHERE stream_id IS NOT NULL
    ), shown AS (
      SELECT min(stream_id) AS stream_id FROM behavry.audit_events
      UNION ALL
      SELECT (SELECT min(e.stream_id) FROM behavry.audit_events e WHERE e.stream_id > shown.stream_id) FROM shown WHERE stream_id IS NOT NULL
    )
    SELECT stream_id FROM (
      SELECT stream_id FROM behavry.audit_heads UNION SELECT stream_id FROM stored UNION SELECT stream_id FROM shown
    ) AS named WHERE stream_id IS NOT NULL ORDER BY split_part(stream_id, '.', 1), stream_id`.execute(trx)
  return rows.map(row => row.stream_id)
}

async function readSegments(trx: Transaction<Database>, streamId: string, after: number, last: number): Promise<readonly StoredSegment[]> {
  const { rows } = await sql<Pick<Selectable<Database['journal_segments']>, SegmentColumn>>`
    SELECT first_seq, last_seq, first_hash, last_hash, tenant_id, records FROM (
      SELECT *, sum(last_seq - first_seq + 1) OVER places AS total, row_number() OVER places AS place FROM (
        SELECT * FROM behavry.journal_segments WHERE stream_id = ${streamId} AND first_seq > ${after} AND first_seq <= ${last}
        ORDER BY first_seq LIMIT ${segmentsPerRead}
      ) AS next WINDOW places AS (ORDER BY first_seq)
    ) AS counted WHERE place = 1 OR total <= ${recordsPerRead} ORDER BY first_seq`.execute(trx)
  return rows.map(row => ({
    firstSeq: Number(row.first_seq),
    lastSeq: Number(row.last_seq),
    firstHash: row.first_hash,
    lastHash: row.last_hash,
    tenantId: row.tenant_id,
    records: row.records,
  }))
}

type SegmentColumn = 'first_seq' | 'last_seq' | 'first_hash' | 'last_hash' | 'tenant_id' | 'records'

/** Rows of the projection beyond its own position, or beyond the head, come from elsewhere. */
async function readStanding(trx: Transaction<Database>, streamId: string): Promise<Standing> {
  const head = await trx.selectFrom('audit_heads').select(['seq', 'hash']).where('stream_id', '=', streamId).executeTakeFirst()
  const seq = head?.seq ?? '0'
  const { rows } = await sql<{ segment: string | null; event: string | null }>`
    SELECT (SELECT min(first_seq) FROM behavry.journal_segments WHERE stream_id = ${streamId} AND first_seq > ${seq}) AS segment,
      least((SELECT min(seq) FROM behavry.audit_events WHERE stream_id = ${streamId} AND seq < 1),
        (SELECT min(seq) FROM behavry.audit_events WHERE stream_id = ${streamId} AND seq > least(${seq}::bigint,
          coalesce((SELECT seq FROM behavry.journal_projected WHERE stream_id = ${streamId}), 0)))) AS event`.execute(trx)
  const [segmentBehind, foreignEvent] = [number(rows[0]?.segment), number(rows[0]?.event)]
  return {
    ...(head && { head: { seq: Number(head.seq), hash: head.hash } }),
    ...(segmentBehind !== undefined && { segmentBehind }),
    ...(foreignEvent !== undefined && { foreignEvent }),
  }
}

function number(value: string | null | undefined): number | undefined {
  return value === null || value === undefined ? undefined : Number(value)
}
