import { describe, expect, test } from 'bun:test'
import { createChatterBudget } from '../../../server/mcp/backends/chatter.ts'
import { createReplies, droppedText } from '../../../server/mcp/backends/replies.ts'

describe('a budget for messages that answer nothing', () => {
  test('ends with the first message too many', () => {
    const spend = createChatterBudget({ messages: 3, bytes: 1_000 })
    for (let count = 0; count < 3; count++) spend(1)
    expect(() => spend(1)).toThrow(/floods us/)
  })

  test('ends with the first byte too many, also in one message', () => {
    const spend = createChatterBudget({ messages: 3, bytes: 1_000 })
    spend(1_000)
    expect(() => spend(1)).toThrow(/floods us/)
    expect(() => createChatterBudget({ messages: 3, bytes: 1_000 })(1_001)).toThrow(/floods us/)
  })

  test('is whole again in the next window', async () => {
    const spend = createChatterBudget({ messages: 2, bytes: 1_000, windowMs: 5 })
    for (let window = 0; window < 3; window++) {
      spend(500)
      await Bun.sleep(10)
    }
  })
})

describe('replies', () => {
  const ask = (id: string) => ({ kind: 'request', id, method: 'sampling/createMessage' }) as const

  test('16 are on their way at most; the others are dropped and counted; a failed one frees its place', async () => {
    const waiting: PromiseWithResolvers<void>[] = []
    const replies = createReplies(() => {
      const slot = Promise.withResolvers<void>()
      waiting.push(slot)
      return slot.promise
    })
    for (let count = 0; count < 20; count++) replies.reply(ask('q'))
    expect([waiting.length, replies.dropped()]).toEqual([16, 4])
    expect(droppedText(replies)).toStartWith("4 of the server's own requests")
    waiting[0]?.resolve()
    waiting[1]?.reject(new Error('gone'))
    await Bun.sleep(0)
    for (let count = 0; count < 3; count++) replies.reply(ask('q'))
    expect([waiting.length, replies.dropped()]).toEqual([18, 5])
  })

  test('an absurdly long id is not repeated', () => {
    const sent: string[] = []
    const replies = createReplies(async frame => void sent.push(frame))
    replies.reply(ask('x'.repeat(10_000)))
    expect(sent).toEqual([])
    replies.reply(ask('q'))
    expect(droppedText(replies)).toStartWith('1 of')
    expect(sent).toHaveLength(1)
  })
})
