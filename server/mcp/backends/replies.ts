import { replyFrame } from '../wire/frames.ts'
import type { Message } from '../wire/message.ts'

/** Replies of one link that are on their way at the same time. */
const maxOutstanding = 16
/** A reply repeats the id that the backend chose, in characters. */
const maxFrameLength = 4_096

/** What we say to the requests of one backend. */
export interface Replies {
  /** Sends the reply, unless too many are on their way or the id is absurdly long: then it is dropped and counted. Never throws. */
  readonly reply: (request: Extract<Message, { kind: 'request' }>) => void
  /** How many were dropped. */
  readonly dropped: () => number
}

/** Replies over `send`, whose promise settles when the frame has left us. What becomes of a reply changes nothing here. */
export function createReplies(send: (frame: string) => Promise<void>): Replies {
  let outstanding = 0
  let dropped = 0
  const settle = () => {
    outstanding--
  }
  return {
    reply: ({ id, method }) => {
      const frame = replyFrame(id, method)
      if (outstanding >= maxOutstanding || frame.length > maxFrameLength) {
        dropped++
        return
      }
      outstanding++
      send(frame).then(settle, settle)
    },
    dropped: () => dropped,
  }
}

/** The sentence for the log; undefined when none was dropped. */
export function droppedText(replies: Replies): string | undefined {
  const count = replies.dropped()
  return count === 0 ? undefined : `${count} of the server's own requests were left without a reply: it asks faster than it listens.`
}
