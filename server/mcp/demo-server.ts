import { Failure } from '../domain/failure.ts'
import { isJsonObject, type Json, type JsonObject } from '../domain/json.ts'
import { parseJson } from '../json/parse.ts'
import { answer, RpcError } from './demo/answer.ts'
import { type Folder, openFolder } from './demo/folder.ts'
import { fillOnce } from './demo/starter.ts'
import { createLineSplitter } from './wire/lines.ts'

const maxLineBytes = 4 * 1024 * 1024

/** The pipes of a stdio server. */
export interface DemoIo {
  readonly input: AsyncIterable<Uint8Array>
  readonly write: (text: string) => void
}

/**
 * An MCP server over stdio, of our own, to try policies on: eight tools over notes and files in `folder`, which is made and filled at the
 * first start. Speaks 2025-11-25, 2025-06-18 and 2025-03-26. Resolves when the input ends; throws
 * when the folder cannot be opened, and `RangeError` for a line of more than 4 MiB.
 */
export async function runDemoServer(folder: string, io: DemoIo): Promise<void> {
  const opened = openFolder(folder)
  fillOnce(opened)
  const lines = createLineSplitter(maxLineBytes)
  for await (const piece of io.input) {
    for (const line of lines.push(piece)) {
      const reply = replyTo(new TextDecoder().decode(line), opened)
      if (reply !== undefined) io.write(`${JSON.stringify(reply)}\n`)
    }
  }
}

function replyTo(line: string, folder: Folder): JsonObject | undefined {
  if (line.trim() === '') return undefined
  let id: Json = null
  try {
    const message = parseJson(line).value
    if (!isJsonObject(message)) throw new RpcError(-32600, 'Send one JSON-RPC message a line.')
    if (message.id === undefined) return undefined
    id = message.id
    const { method, params } = message
    if (typeof method !== 'string') throw new RpcError(-32600, 'A request names its method.')
    return { jsonrpc: '2.0', id, result: answer(method, isJsonObject(params) ? params : {}, folder) }
  } catch (error) {
    return { jsonrpc: '2.0', id, error: errorOf(error) }
  }
}

function errorOf(error: unknown): JsonObject {
  if (error instanceof RpcError) return { code: error.code, message: error.message }
  if (error instanceof Failure) return { code: error.row.rpc, message: error.message }
  return { code: -32603, message: 'An unexpected fault.' }
}
