import { binary, freePort } from '../stage/appliance.ts'

/** `behavry serve` as a bare process: for what happens around its start and its end. */
export interface Serving {
  readonly pid: number
  readonly url: string
  readonly output: () => string
  readonly kill: (signal: NodeJS.Signals) => void
  readonly exited: Promise<number>
  /** Resolves when it answers; rejects with its output when it ends before. */
  readonly ready: () => Promise<void>
}

export interface ServeOptions {
  readonly dataDir: string
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  readonly port?: number
  readonly program?: string
}

export async function serve({ dataDir, cwd = '/', env = {}, port, program = binary }: ServeOptions): Promise<Serving> {
  const chosen = port ?? (await freePort())
  const child = Bun.spawn([program, '--data-dir', dataDir, 'serve', '--listen', `127.0.0.1:${chosen}`], {
    cwd,
    env: { PATH: process.env.PATH ?? '', ...env },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  let output = ''
  const decoder = new TextDecoder()
  const read = async (stream: ReadableStream<Uint8Array>) => {
    for await (const chunk of stream) output += decoder.decode(chunk)
  }
  const reading = Promise.all([read(child.stdout), read(child.stderr)])
  const url = `http://127.0.0.1:${chosen}`
  const ready = async () => {
    for (let tries = 0; tries < 1_000; tries++) {
      if (child.exitCode !== null) throw new Error(`ended:\n${output}`)
      const response = await fetch(`${url}/health/ready`).catch(() => undefined)
      if (response?.ok) return
      await Bun.sleep(20)
    }
    throw new Error(`not ready:\n${output}`)
  }
  const exited = child.exited.then(async code => {
    await reading
    return code
  })
  return { pid: child.pid, url, output: () => output, kill: signal => child.kill(signal), exited, ready }
}
