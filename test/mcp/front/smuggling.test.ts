import { afterAll, beforeAll, expect, test } from 'bun:test'
import { createConnection } from 'node:net'
import { auditOf, post, toolCall } from '../../scenarios/stage.ts'
import { type Appliance, removeFolder, startAppliance } from '../../stage/appliance.ts'

/** Bytes on a raw socket, as a broken or hostile intermediary sends them: no second request may hide in the first. */
let appliance: Appliance
let token = ''
beforeAll(async () => {
  appliance = await startAppliance({ env: { BEHAVRY_RATE_LIMIT_PUBLIC: '10000/minute' } })
  token = await appliance.token()
}, 60_000)
afterAll(async () => {
  await appliance.stop()
  removeFolder(appliance.dataDir)
}, 60_000)

async function raw(bytes: string): Promise<string> {
  return await new Promise(resolve => {
    let text = ''
    const connection = createConnection(Number(new URL(appliance.url).port), '127.0.0.1', () => connection.write(bytes))
    connection.setTimeout(700, () => connection.destroy())
    connection.on('data', piece => {
      text += piece.toString()
    })
    connection.on('error', () => connection.destroy())
    connection.on('close', () => resolve(text))
  })
}

const hidden = toolCall('smuggled', 'list_notes')
const common = () => `POST /mcp/v1/demo HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\n`
const inner = () => `${common()}Content-Length: ${hidden.length}\r\n\r\n${hidden}`
const chunked = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`
const ping = '{"jsonrpc":"2.0","id":"outer","method":"ping"}'

const attacks: Readonly<Record<string, () => string>> = {
  'CL.TE: the length covers all, the chunks end early': () => {
    const body = `0\r\n\r\n${inner()}`
    return `${common()}Content-Length: ${body.length}\r\nTransfer-Encoding: chunked\r\n\r\n${body}`
  },
  'TE.CL: the chunk covers all, the length ends early': () =>
    `${common()}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n${chunked(inner())}`,
  'two different lengths': () =>
    `${common()}Content-Length: ${ping.length}\r\nContent-Length: ${ping.length + inner().length}\r\n\r\n${ping}${inner()}`,
  'two lengths in one header': () => `${common()}Content-Length: ${ping.length}, ${ping.length + 1}\r\n\r\n${ping}${inner()}`,
  'length with a sign': () => `${common()}Content-Length: +${ping.length}\r\n\r\n${ping}${inner()}`,
  'length in hexadecimal': () => `${common()}Content-Length: 0x${ping.length.toString(16)}\r\n\r\n${ping}${inner()}`,
  'negative length': () => `${common()}Content-Length: -1\r\n\r\n${inner()}`,
  'space before the colon': () => `${common()}Content-Length : ${ping.length}\r\n\r\n${ping}${inner()}`,
  'folded header': () => `${common()}Content-Length: 0\r\nTransfer-Encoding:\r\n chunked\r\n\r\n${chunked(inner())}`,
  'Transfer-Encoding with a vertical tab': () =>
    `${common()}Content-Length: 4\r\nTransfer-Encoding: \x0bchunked\r\n\r\n${chunked(inner())}`,
  'Transfer-Encoding of another name': () => `${common()}Content-Length: 4\r\nTransfer-Encoding: xchunked\r\n\r\n${chunked(inner())}`,
  'Transfer-Encoding twice': () =>
    `${common()}Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n${chunked(inner())}`,
  'bare LF between headers': () => `${common().replaceAll('\r\n', '\n')}Content-Length: ${ping.length}\n\n${ping}${inner()}`,
  'bare CR in a header': () => `${common()}X: a\rContent-Length: 0\r\n\r\n${inner()}`,
  'NUL in a header': () => `${common()}X: a\0b\r\nContent-Length: 0\r\n\r\n${inner()}`,
  'chunk size with a sign': () => `${common()}Transfer-Encoding: chunked\r\n\r\n+${hidden.length.toString(16)}\r\n${hidden}\r\n0\r\n\r\n`,
  'chunk longer than it says': () => `${common()}Transfer-Encoding: chunked\r\n\r\n3\r\n${hidden}\r\n0\r\n\r\n`,
  'headers of 200 kB': () => `${common()}X-Pad: ${'x'.repeat(200_000)}\r\nContent-Length: ${hidden.length}\r\n\r\n${hidden}`,
  '5,000 headers': () =>
    `${common()}${Array.from({ length: 5_000 }, (_, i) => `X-${i}: 1\r\n`).join('')}Content-Length: ${hidden.length}\r\n\r\n${hidden}`,
  'no Host': () => inner().replace('Host: localhost\r\n', ''),
  'HTTP/0.9': () => 'POST /mcp/v1/demo\r\n\r\n',
  'a TLS greeting': () => '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
}

test.each(Object.keys(attacks))('%s: nothing hidden is carried out', async name => {
  const answer = await raw(attacks[name]?.() ?? '')
  expect(answer).not.toContain('smuggled')
  expect(answer).toMatch(/^$|^HTTP\/1\.1 (400|403|413|431|505|200) /)
})

test('two honest requests on one connection are two', async () => {
  const answer = await raw(`${common()}Content-Length: ${ping.length}\r\n\r\n${ping}${inner()}`)
  expect(answer).toContain('outer')
  expect(answer).toContain('smuggled')
})

test('afterwards a normal call works, and no call of an attack was decided', async () => {
  expect((await post(appliance, token, toolCall('ok', 'list_notes'))).answer.id).toBe('ok')
  const decisions = (await auditOf(appliance)).filter(({ event_type }) => event_type === 'tool_call.decision')
  expect(decisions).toHaveLength(2)
})
