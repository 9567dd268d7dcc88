import { backendFailure } from '../backend-failure.ts'

/** From the end of its input to SIGTERM. */
const politeMs = 250
/** From SIGTERM to SIGKILL. */
const termMs = 1_500

/** A child that leads its own process group (and session). */
export interface Child {
  readonly pid: number
  readonly stdout: ReadableStream<Uint8Array>
  readonly stderr: ReadableStream<Uint8Array>
  /** Writes to its stdin; settles when the pipe has taken it. Never fails: a child that cannot read any more ends, and that is what is waited for. */
  readonly write: (text: string) => Promise<void>
  /** How it ended, in words: `exit code 3`, `SIGKILL`. Resolves once it has been reaped. */
  readonly exited: Promise<string>
  /** Ends its input, then SIGTERM, then SIGKILL to the whole group; resolves when the child is reaped and the group is gone. */
  readonly stop: () => Promise<void>
  /** SIGKILL to the whole group at once; resolves as `stop` does. */
  readonly kill: () => Promise<void>
}

export interface ChildOptions {
  readonly argv: readonly string[]
  readonly env: Record<string, string>
  readonly cwd: string
  /** Becomes descriptor 3 of the child. */
  readonly descriptor: number | undefined
}

/** Starts a child with pipes for stdin, stdout and stderr and no other descriptor. Throws `backend_unavailable` when it cannot be started. */
export function startChild(options: ChildOptions): Child {
  const child = spawn(options)
  const signal = (name: NodeJS.Signals) => signalGroup(child.pid, name)
  const exited = child.exited.then(code => (child.signalCode === null ? `exit code ${code}` : String(child.signalCode)))
  let stopping: Promise<void> | undefined

  const endsWithin = (ms: number) => Promise.race([exited.then(() => true), Bun.sleep(ms).then(() => false)])
  const stop = async () => {
    endInput(child.stdin)
    if (!(await endsWithin(politeMs))) signal('SIGTERM')
    if (!(await endsWithin(termMs))) signal('SIGKILL')
    await endsWithin(termMs)
    // Children of the child share its group and may have outlived it.
    signal('SIGKILL')
  }
  const stopOnce = () => {
    stopping ??= stop()
    return stopping
  }
  return {
    pid: child.pid,
    stdout: child.stdout,
    stderr: child.stderr,
    exited,
    write: text => write(child.stdin, text),
    stop: stopOnce,
    kill: () => {
      signal('SIGKILL')
      return stopOnce()
    },
  }
}

function spawn({ argv, env, cwd, descriptor }: ChildOptions) {
  const extra = descriptor === undefined ? [] : [descriptor]
  try {
    return Bun.spawn([...argv], { stdio: ['pipe', 'pipe', 'pipe', ...extra], env, cwd, detached: true })
  } catch (error) {
    throw backendFailure('backend_unavailable', 'The program of the MCP server cannot be started.', false, error)
  }
}

async function write(stdin: Bun.FileSink, text: string): Promise<void> {
  try {
    await Promise.all([stdin.write(text), stdin.flush()])
  } catch {
    // Closed by us or at the other end, which only the exit tells reliably.
  }
}

function endInput(stdin: Bun.FileSink): void {
  try {
    Promise.resolve(stdin.end()).catch(() => undefined)
  } catch {
    // Closed already.
  }
}

function signalGroup(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(-pid, name)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    // ESRCH: nobody is left. EPERM: the service was denied CAP_KILL; the end of input and our own death still end the child.
    if (code !== 'ESRCH' && code !== 'EPERM') throw error
  }
}
