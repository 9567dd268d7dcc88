import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'

/** The compiled binary as a user runs it: its own data directory, its own embedded database, a free port. */
export interface Appliance {
  readonly url: string
  readonly dataDir: string
  readonly pid: number
  /** Runs another command of the same binary on the same data directory. */
  readonly cli: (...args: readonly string[]) => Promise<CliResult>
  readonly token: (agent?: string) => Promise<string>
  /** A connected official SDK client. */
  readonly connect: (serverId: string, token: string) => Promise<Client>
  /** SIGTERM, and its exit code. */
  readonly stop: () => Promise<number>
  /** SIGKILL, as a crash. */
  readonly kill: () => Promise<void>
  readonly log: () => string
}

export interface CliResult {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

export interface ApplianceOptions {
  readonly dataDir?: string
  readonly env?: Readonly<Record<string, string>>
}

export const binary = join(import.meta.dir, '..', '..', 'dist', 'behavry')

/** A folder under the temporary one that other users may walk through, as the appliance's data directory must be when it runs as root. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'behavry-'))
  chmodSync(folder, 0o711)
  return folder
}

/** Starts `behavry serve` and waits until it answers. Throws with its output when it ends instead. */
export async function startAppliance({ dataDir = temporaryFolder(), env = {} }: ApplianceOptions = {}): Promise<Appliance> {
  if (!existsSync(binary)) throw new Error('dist/behavry is missing: run npm run build')
  const port = await freePort()
  const child = Bun.spawn([binary, '--data-dir', dataDir, 'serve', '--listen', `127.0.0.1:${port}`], {
    cwd: '/',
    env: { PATH: process.env.PATH ?? '', ...env },
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'pipe',
  })
  let log = ''
  const reading = (async () => {
    for await (const chunk of child.stderr) log += new TextDecoder().decode(chunk)
  })()
  const url = `http://127.0.0.1:${port}`
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    const code = await child.exited
    await reading
    return code
  }
  await untilReady(
    url,
    () => child.exitCode !== null || child.signalCode !== null,
    () => log,
  )
  const cli = (...args: readonly string[]) => runCli(dataDir, args)
  return {
    url,
    dataDir,
    pid: child.pid,
    cli,
    token: async (agent = 'demo') => {
      const { stdout, stderr, exitCode } = await cli('token', 'issue', '--agent', agent)
      if (exitCode !== 0) throw new Error(stderr)
      return stdout.trim()
    },
    connect: (serverId, token) => connectClient(`${url}/mcp/v1/${serverId}`, token),
    stop: () => end('SIGTERM'),
    kill: async () => void (await end('SIGKILL')),
    log: () => log,
  }
}

/** Runs one command of the binary from an empty working directory. */
export async function runCli(dataDir: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<CliResult> {
  const child = Bun.spawn([binary, '--data-dir', dataDir, ...args], {
    cwd: '/',
    env: { PATH: process.env.PATH ?? '', ...env },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [stdout, stderr, exitCode] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text(), child.exited])
  return { exitCode, stdout, stderr }
}

export async function connectClient(url: string, token: string): Promise<Client> {
  const client = new Client({ name: 'behavry-test', version: '1.0.0' })
  const headers = { authorization: `Bearer ${token}` }
  // The SDK's own types are not written for exactOptionalPropertyTypes.
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }) as Parameters<Client['connect']>[0])
  return client
}

/** Removes a data directory once its appliance is gone. */
export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true })
}

export async function freePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      const port = typeof address === 'object' && address ? address.port : 0
      probe.close(() => resolve(port))
    })
  })
}

async function untilReady(url: string, ended: () => boolean, log: () => string): Promise<void> {
  const deadline = performance.now() + 20_000
  while (performance.now() < deadline) {
    if (ended()) throw new Error(`behavry serve ended:\n${log()}`)
    const response = await fetch(`${url}/health/ready`).catch(() => undefined)
    if (response?.ok) return
    await Bun.sleep(20)
  }
  throw new Error(`behavry serve did not become ready:\n${log()}`)
}
