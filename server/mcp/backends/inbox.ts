import type { Failure } from '../../domain/failure.ts'
import type { Answer } from '../wire/message.ts'

/** The requests of one link that wait for their answers, by id. */
export interface Inbox {
  /** The answer to `id`, when it comes. */
  readonly expect: (id: number) => Promise<Answer>
  /** False when nobody waits for `id`. */
  readonly resolve: (id: number, answer: Answer) => boolean
  readonly reject: (id: number, failure: Failure) => boolean
  readonly rejectAll: (failure: Failure) => void
  readonly has: (id: number) => boolean
}

/** An empty inbox. */
export function createInbox(): Inbox {
  const waiting = new Map<number, PromiseWithResolvers<Answer>>()
  const take = (id: number) => {
    const found = waiting.get(id)
    waiting.delete(id)
    return found
  }
  return {
    expect: id => {
      const slot = Promise.withResolvers<Answer>()
      waiting.set(id, slot)
      return slot.promise
    },
    resolve: (id, answer) => {
      const found = take(id)
      found?.resolve(answer)
      return found !== undefined
    },
    reject: (id, failure) => {
      const found = take(id)
      found?.reject(failure)
      return found !== undefined
    },
    rejectAll: failure => {
      for (const slot of waiting.values()) slot.reject(failure)
      waiting.clear()
    },
    has: id => waiting.has(id),
  }
}
