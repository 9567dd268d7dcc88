import { join } from 'node:path'

/** A server of the bench in its own process. */
export interface Served {
  readonly url: string
  readonly pid: number
  /** Lets it close what it holds; kills it after 20 s. */
  readonly stop: () => Promise<void>
}

const stopMs = 20_000

const command = (file: string, args: readonly string[]) => [process.execPath, join(import.meta.dir, file), ...args]

/** Starts a file of this folder that serves until its standard input ends, and waits for its address. Throws when it ends instead. */
export async function startServer(file: string, args: readonly string[] = [], prefix: readonly string[] = []): Promise<Served> {
  const child = Bun.spawn([...prefix, ...command(file, args)], { stdin: 'pipe', stdout: 'pipe', stderr: 'inherit' })
  const stop = async () => {
    const late = setTimeout(() => child.kill('SIGKILL'), stopMs)
    await child.stdin.end()
    await child.exited
    clearTimeout(late)
  }
  let said = ''
  for await (const chunk of child.stdout) {
    said += new TextDecoder().decode(chunk)
    if (said.includes('\n')) return { url: said.trim(), pid: child.pid, stop }
  }
  throw new Error(`${file} ended with code ${await child.exited}`)
}

/** Runs a file of this folder to its end with `input` on its standard input; gives what it printed, which must be JSON. */
export async function runJson<T>(
  file: string,
  { args = [], input = '', prefix = [] }: { args?: readonly string[]; input?: string; prefix?: readonly string[] },
): Promise<T> {
  const child = Bun.spawn([...prefix, ...command(file, args)], { stdin: Buffer.from(input), stdout: 'pipe', stderr: 'inherit' })
  const said = await child.stdout.text()
  const code = await child.exited
  if (code !== 0) throw new Error(`${file} ended with code ${code}`)
  return JSON.parse(said) as T
}
