import { expect, test } from 'bun:test'
import { Failure } from '../../../server/domain/failure.ts'
import { createConnector } from '../../../server/mcp/backends/connector.ts'

/** A connector over a world where time stands still unless moved, and every attempt does what is queued. */
function world() {
  let nowMs = 0
  let made = 0
  let outcome: () => Promise<string> = async () => 'up'
  const make = () => {
    made++
    return outcome()
  }
  const connector = createConnector(make, { now: () => nowMs, monotonic: () => nowMs })
  const fails = (failure: Error) => {
    outcome = async () => Promise.reject(failure)
  }
  return {
    connector,
    attempts: () => made,
    pass: (ms: number) => {
      nowMs += ms
    },
    down: () => fails(new Failure('backend_timeout', 'It is down.', { details: { sent: true } })),
    refused: () => fails(new Failure('backend_refused', 'Not there.')),
    up: () => {
      outcome = async () => 'up'
    },
  }
}
const said = (work: Promise<unknown>) => work.then(String, (error: Failure) => `${error.code}: ${error.message}`)

test('callers who come together share one attempt', async () => {
  const { connector, attempts } = world()
  expect(await Promise.all([connector.connect(), connector.connect(), connector.connect()])).toEqual(['up', 'up', 'up'])
  expect(attempts()).toBe(1)
})

test('backs off 1, 2, 4, 8, 16, 30, 30 s, and says when it tries again', async () => {
  const { connector, attempts, pass, down } = world()
  down()
  for (const [index, seconds] of [1, 2, 4, 8, 16, 30, 30].entries()) {
    expect(await said(connector.connect())).toBe('backend_timeout: It is down.')
    expect(await said(connector.connect())).toBe(`backend_unavailable: It is down. It is tried again in ${seconds} s.`)
    pass(seconds * 1_000 - 1)
    expect(await said(connector.connect())).toEndWith('It is tried again in 1 s.')
    expect(attempts()).toBe(index + 1)
    pass(1)
  }
})

test('what failed to connect did not send the call', async () => {
  const { connector, down } = world()
  down()
  const failure = await connector.connect().catch((error: Failure) => error)
  expect(failure).toMatchObject({ details: { sent: false } })
})

test('a server that connects but is of no use is left alone for longer and longer; use ends the row', async () => {
  const { connector, pass } = world()
  connector.failed('It ended.')
  pass(1_000)
  expect(await said(connector.connect())).toBe('up')
  connector.failed('It ended.')
  expect(await said(connector.connect())).toBe('backend_unavailable: It ended. It is tried again in 2 s.')
  pass(2_000)
  await connector.connect()
  connector.proven()
  connector.failed('It ended.')
  expect(await said(connector.connect())).toEndWith('in 1 s.')
})

test('our own refusal starts no back-off', async () => {
  const { connector, refused, up } = world()
  refused()
  expect(await said(connector.connect())).toBe('backend_refused: Not there.')
  up()
  expect(await said(connector.connect())).toBe('up')
})
