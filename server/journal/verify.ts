import { emptyHead, genesis, type Head, linkHash } from './chain.ts'

/** One row of the journal, believed in nothing. */
export interface StoredSegment {
  readonly firstSeq: number
  readonly lastSeq: number
  readonly firstHash: string
  readonly lastHash: string
  readonly tenantId: string
  readonly records: Uint8Array
}

/** How a stream stood at one moment. */
export interface Standing {
  /** Absent when the stream has lost its head. */
  readonly head?: Head
  /** The first segment behind the head. */
  readonly segmentBehind?: number
  /** The first row of the projection that no record of the stream can have made. */
  readonly foreignEvent?: number
}

/** The journal as a verifier reads it. It may be written meanwhile. */
export interface JournalReader {
  /** Every stream that a head, a segment or a row of the projection names. */
  readonly streams: () => Promise<readonly string[]>
  /** Whether the database holds what comes into being only together with a record, or after one. */
  readonly expectsRecords: () => Promise<boolean>
  readonly standing: (streamId: string) => Promise<Standing>
  /** The next segments with `after < firstSeq <= last`, in order, a bounded number of records; none when there are no more. */
  readonly read: (streamId: string, after: number, last: number) => Promise<readonly StoredSegment[]>
  /** The first of a run of records whose row in the projection differs from it in any column, is missing, or is too many. */
  readonly projectionFault: (streamId: string, run: Run) => Promise<number | undefined>
  /** The first of a run of records to which the projection gives another hash. */
  readonly firstOtherHash: (streamId: string, run: Run) => Promise<number | undefined>
}

/** Records without a gap, with the link before them and the hash of each. */
export interface Run {
  readonly firstSeq: number
  readonly hashes: readonly string[]
}

type VerifyReason =
  | 'hash_mismatch'
  | 'link_mismatch'
  | 'gap'
  | 'unreadable_record'
  | 'head_mismatch'
  | 'projection_mismatch'
  | 'journal_missing'

interface VerifyFault {
  readonly streamId: string
  readonly seq: number
  readonly reason: VerifyReason
  readonly detail: string
}

export interface VerifyReport {
  readonly intact: boolean
  readonly streams: number
  readonly verified: number
  /** One a stream: the first thing that is wrong in it. The stream `*` where there should be one and is none. */
  readonly faults: readonly VerifyFault[]
}

/**
 * Checks every stream from its first record on: texts against hashes, hashes against links, numbers without gaps, the last link against the head, the projection against the
 * records. Constant memory. What is written after it began with a stream is left to the next time. `onProgress` hears how many records have been checked.
 *
 * What it cannot see without an anchor outside the database: a stream cut at its tail or hashed anew, together with its head and its rows in the projection.
 */
export async function verify(reader: JournalReader, onProgress: (verified: number) => void): Promise<VerifyReport> {
  // Asked first: what is written between the two looks brings its records with it.
  const expectsRecords = await reader.expectsRecords()
  const streams = await reader.streams()
  const faults: VerifyFault[] = streams.length === 0 && expectsRecords ? [journalMissing] : []
  let verified = 0
  for (const streamId of streams) {
    const fault = await verifyStream(reader, streamId, count => {
      verified += count
      onProgress(verified)
    })
    if (fault) faults.push({ streamId, ...fault })
  }
  return { intact: faults.length === 0, streams: streams.length, verified, faults }
}

const journalMissing: VerifyFault = {
  streamId: '*',
  seq: 1,
  reason: 'journal_missing',
  detail: 'there are no records, but what only records bring into being',
}

type Fault = Omit<VerifyFault, 'streamId'>

async function verifyStream(reader: JournalReader, streamId: string, onVerified: (records: number) => void): Promise<Fault | undefined> {
  const standing = await reader.standing(streamId)
  const last = standing.head?.seq ?? Number.MAX_SAFE_INTEGER
  let head: Head = emptyHead
  let after = Number.MIN_SAFE_INTEGER
  for (;;) {
    const segments = await reader.read(streamId, after, last)
    const newest = segments.at(-1)
    if (!newest) return verifyEnd(standing, head)
    const result = await verifySegments(reader, streamId, segments, head)
    if ('reason' in result) return result
    onVerified(result.seq - head.seq)
    head = result
    after = newest.firstSeq
  }
}

function verifyEnd({ head, segmentBehind, foreignEvent }: Standing, { seq, hash }: Head): Fault | undefined {
  if ((head ?? emptyHead).seq !== seq || (head ?? emptyHead).hash !== hash) {
    const stands = head ? `the head stands at ${head.seq}` : 'the head is missing'
    return { seq: seq + 1, reason: 'head_mismatch', detail: `${stands}, the records end at ${seq}` }
  }
  if (segmentBehind !== undefined) return { seq: segmentBehind, reason: 'head_mismatch', detail: 'there are records behind the head' }
  if (foreignEvent === undefined) return undefined
  return { seq: foreignEvent, reason: 'projection_mismatch', detail: 'audit_events has a row that no record made' }
}

async function verifySegments(
  reader: JournalReader,
  streamId: string,
  segments: readonly StoredSegment[],
  before: Head,
): Promise<Head | Fault> {
  const hashes = [before.hash]
  let head = before
  for (const segment of segments) {
    const { firstSeq, lastSeq } = segment
    if (firstSeq !== head.seq + 1) return { seq: head.seq + 1, reason: 'gap', detail: `the next segment begins at ${firstSeq}` }
    const own = [head.hash]
    const result = follow(streamId, segment, head, own)
    if ('reason' in result) return result
    if (result.hash !== segment.lastHash) {
      const seq = (await reader.firstOtherHash(streamId, { firstSeq, hashes: own })) ?? firstSeq
      return { seq, reason: 'hash_mismatch', detail: `in the segment of records ${firstSeq} to ${lastSeq}` }
    }
    hashes.push(...own.slice(1))
    head = result
  }
  const seq = await reader.projectionFault(streamId, { firstSeq: before.seq + 1, hashes })
  return seq === undefined ? head : { seq, reason: 'projection_mismatch', detail: 'audit_events does not say what the journal says' }
}

/** The head after a segment, or what is wrong in it. Each link on the way is added to `hashes`. */
function follow(streamId: string, segment: StoredSegment, before: Head, hashes: string[]): Head | Fault {
  const texts = decoded(segment.records)?.split('\n')
  if (!texts) return { seq: segment.firstSeq, reason: 'unreadable_record', detail: 'the segment is not UTF-8' }
  let head = before
  for (const text of texts) {
    const seq = head.seq + 1
    const record = readRecord(text)
    if (!record) return { seq, reason: 'unreadable_record', detail: 'the record is not one of format 1' }
    if (record.seq !== seq || record.stream_id !== streamId || record.tenant_id !== segment.tenantId) {
      return { seq, reason: 'link_mismatch', detail: 'the record belongs to another place' }
    }
    head = { seq, hash: linkHash(text, head.hash) }
    hashes.push(head.hash)
    if (seq === segment.firstSeq && head.hash !== segment.firstHash) return { seq, reason: 'hash_mismatch', detail: hashDetail(before) }
  }
  if (head.seq === segment.lastSeq) return head
  return { seq: head.seq, reason: 'gap', detail: `the segment should end at ${segment.lastSeq}` }
}

function hashDetail(before: Head): string {
  return before.hash === genesis ? 'the first record does not hash to its link' : 'the record, or the link before it, was changed'
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Strictly: two byte sequences that read as the same text must not hash alike. */
function decoded(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
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
