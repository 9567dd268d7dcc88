import type { JsonObject } from '../domain/json.ts'
import type { BackendAnswer } from '../domain/server.ts'
import type { Answered, Permit, Recorded } from './stages.ts'
import type { DataPlane } from './world.ts'

/** Sends the one call that a permit stands for, as the text that was judged, and waits for its answer. */
export async function forward(permit: Permit, world: DataPlane): Promise<Answered> {
  const { recorded } = permit
  const sentAt = world.clock.monotonic()
  const answer = await world.backends.callTool(recorded.server, paramsText(recorded), recorded.request.signal)
  return { recorded, upstreamMs: world.clock.monotonic() - sentAt, ...read(answer, recorded.place.id) }
}

/** Only what a tool call is made of: nothing else of what the agent sent goes on, its token least of all. */
function paramsText({ call, request }: Recorded): string {
  const meta = request.meta ? `,"_meta":${request.meta.text}` : ''
  return `{"name":${JSON.stringify(call.tool)},"arguments":${call.argumentsText}${meta}}`
}

function read(answer: BackendAnswer, eventId: string): Pick<Answered, 'answer' | 'outcome' | 'content'> {
  switch (answer.kind) {
    case 'result':
      return {
        answer: { kind: 'result', text: answer.text },
        outcome: answer.result.isError === true ? 'failed' : 'succeeded',
        content: answer.result,
      }
    case 'error':
      return { answer, outcome: 'failed', content: errorContent(answer) }
    case 'fault':
      return { answer: { kind: 'fault', failure: answer.failure, eventId }, outcome: answer.sent ? 'unknown' : 'not_sent', content: null }
  }
}

function errorContent({ message, data }: BackendAnswer & { readonly kind: 'error' }): JsonObject {
  return data === undefined ? { message } : { message, data }
}
