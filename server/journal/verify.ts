import { emptyHead, genesis, type Head, linkHash } from './chain.ts'

/** A stream as it claims to stand. */
export interface StreamClaim {
  readonly streamId: string
  readonly tenantId: string
  readonly head: Head
}

export interface StoredSegment {
  readonly firstSeq: number
  readonly lastSeq: number
  readonly firstHash: string
  readonly lastHash: string
  readonly records: string
}

/** The journal as a verifier reads it: rows as they stand, believed in nothing. */
export interface JournalReader {
  readonly streams: () => Promise<readonly StreamClaim[]>
  /** In order of `firstSeq`, a bounded number at a time. */
  readonly segments: (streamId: string) => AsyncIterable<StoredSegment>
  /** The first row of the projection, in a run of records, that differs from what its record says, is missing, or is too many. */
  readonly projectionFault: (streamId: string, firstSeq: number, lastSeq: number) => Promise<number | undefined>
}

export type VerifyReason = 'hash_mismatch' | 'link_mismatch' | 'gap' | 'unreadable_record' | 'head_mismatch' | 'projection_mismatch'

export interface VerifyFault {
  readonly streamId: string
  readonly seq: number
  readonly reason: VerifyReason
  readonly detail: string
}

export interface VerifyReport {
  readonly intact: boolean
  readonly streams: number
  readonly verified: number
  /** One a stream: the first thing that is wrong in it. */
  readonly faults: readonly VerifyFault[]
}

/**
 * Checks every stream from its first record on: texts against hashes, hashes against links, numbers without gaps, the last link against the head, the projection against the
 * records. Constant memory. `onProgress` hears how many records have been checked.
 *
 * What it cannot see without an anchor outside the database: a stream cut at its tail together with its head, or hashed anew from end to end.
 */
export async function verify(reader: JournalReader, onProgress: (verified: number) => void): Promise<VerifyReport> {
  const streams = await reader.streams()
  const faults: VerifyFault[] = []
  let verified = 0
  for (const claim of streams) {
    const fault = await verifyStream(reader, claim, count => {
      verified += count
      onProgress(verified)
    })
    if (fault) faults.push(fault)
  }
  return { intact: faults.length === 0, streams: streams.length, verified, faults }
}

async function verifyStream(
  reader: JournalReader,
  claim: StreamClaim,
  onSegment: (records: number) => void,
): Promise<VerifyFault | undefined> {
  const { streamId } = claim
  let head: Head = emptyHead
  for await (const segment of reader.segments(streamId)) {
    if (segment.firstSeq !== head.seq + 1) {
      return { streamId, seq: head.seq + 1, reason: 'gap', detail: `the next segment begins at ${segment.firstSeq}` }
    }
    const result = follow(segment, claim, head)
    if ('reason' in result) return result
    head = result
    const seq = await reader.projectionFault(streamId, segment.firstSeq, segment.lastSeq)
    if (seq !== undefined)
      return { streamId, seq, reason: 'projection_mismatch', detail: 'audit_events does not say what the journal says' }
    onSegment(segment.lastSeq - segment.firstSeq + 1)
  }
  if (head.seq === claim.head.seq && head.hash === claim.head.hash) return undefined
  return {
    streamId,
    seq: head.seq + 1,
    reason: 'head_mismatch',
    detail: `the head stands at ${claim.head.seq}, the records end at ${head.seq}`,
  }
}

/** The head after a segment, or what is wrong in it. */
function follow(segment: StoredSegment, claim: StreamClaim, before: Head): Head | VerifyFault {
  const { streamId } = claim
  let head = before
  for (const text of segment.records.split('\n')) {
    const seq = head.seq + 1
    const record = readRecord(text)
    if (!record) return { streamId, seq, reason: 'unreadable_record', detail: 'the record is not one of format 1' }
    if (record.seq !== seq || record.stream_id !== streamId || record.tenant_id !== claim.tenantId) {
      return { streamId, seq, reason: 'link_mismatch', detail: 'the record belongs to another place' }
    }
    head = { seq, hash: linkHash(text, head.hash) }
    if (seq === segment.firstSeq && head.hash !== segment.firstHash)
      return { streamId, seq, reason: 'hash_mismatch', detail: hashDetail(before) }
  }
  if (head.seq !== segment.lastSeq)
    return { streamId, seq: head.seq, reason: 'gap', detail: `the segment should end at ${segment.lastSeq}` }
  if (head.hash === segment.lastHash) return head
  return {
    streamId,
    seq: segment.firstSeq,
    reason: 'hash_mismatch',
    detail: `somewhere in records ${segment.firstSeq} to ${segment.lastSeq}`,
  }
}

function hashDetail(before: Head): string {
  return before.hash === genesis ? 'the first record does not hash to its link' : 'the record, or the link before it, was changed'
}

interface RecordPlace {
  readonly v?: unknown
  readonly seq?: unknown
  readonly stream_id?: unknown
  readonly tenant_id?: unknown
}

function readRecord(text: string): RecordPlace | undefined {
  try {
    const value = JSON.parse(text) as RecordPlace | null
    return value?.v === 1 ? value : undefined
  } catch {
    return undefined
  }
}
