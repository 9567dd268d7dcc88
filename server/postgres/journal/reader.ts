import { sql } from 'kysely'
import type { JournalReader, StoredSegment } from '../../journal/verify.ts'
import type { Postgres } from '../connect.ts'

const segmentsPerRead = 50

/** The journal for a verifier, which needs no server: plain reads, a bounded number of segments at a time. */
export function createJournalReader(postgres: Postgres): JournalReader {
  return {
    streams: () =>
      postgres.asSystem(async trx => {
        const heads = await trx.selectFrom('audit_heads').selectAll().orderBy('slot').orderBy('stream_id').execute()
        const orphans = await trx
          .selectFrom('journal_segments')
          .select(['stream_id', 'tenant_id'])
          .distinct()
          .where('stream_id', 'not in', eb => eb.selectFrom('audit_heads').select('stream_id'))
          .execute()
        return [
          ...heads.map(row => ({ streamId: row.stream_id, tenantId: row.tenant_id, head: { seq: Number(row.seq), hash: row.hash } })),
          // A stream whose head was taken away is held against an empty one, and found.
          ...orphans.map(row => ({ streamId: row.stream_id, tenantId: row.tenant_id, head: { seq: 0, hash: 'GENESIS' } })),
        ]
      }),
    segments: streamId => readSegments(postgres, streamId),
    projectionFault: (streamId, firstSeq, lastSeq) =>
      postgres.asSystem(async trx => {
        const { rows } = await sql<{
          seq: string | null
        }>`SELECT behavry.journal_projection_fault(${streamId}, ${firstSeq}, ${lastSeq}) AS seq`.execute(trx)
        const seq = rows[0]?.seq
        return seq === null || seq === undefined ? undefined : Number(seq)
      }),
  }
}

async function* readSegments(postgres: Postgres, streamId: string): AsyncIterable<StoredSegment> {
  let after = 0
  for (;;) {
    const rows = await postgres.asSystem(trx =>
      trx
        .selectFrom('journal_segments')
        .select(['first_seq', 'last_seq', 'first_hash', 'last_hash', 'records'])
        .where('stream_id', '=', streamId)
        .where('first_seq', '>', String(after))
        .orderBy('first_seq')
        .limit(segmentsPerRead)
        .execute(),
    )
    for (const row of rows) {
      after = Number(row.first_seq)
      const places = { firstSeq: after, lastSeq: Number(row.last_seq), firstHash: row.first_hash, lastHash: row.last_hash }
      yield { ...places, records: row.records.toString('utf8') }
    }
    if (rows.length < segmentsPerRead) return
  }
}
