/** How a program ended and what it said on both streams. */
export interface Ending {
  readonly ok: boolean
  readonly output: string
}

/** Nothing of behavry's own environment, which holds secrets, reaches the database. */
export const bareEnvironment: Readonly<Record<string, string>> = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }

const limitMs = 60_000

/** Runs a short program to its end, at most 60 s, with `input` on its standard input. */
export const run = async (command: readonly string[], input = ''): Promise<Ending> => {
  const child = Bun.spawn([...command], {
    cwd: '/',
    env: bareEnvironment,
    stdin: Buffer.from(input),
    stdout: 'pipe',
    stderr: 'pipe',
    timeout: limitMs,
    killSignal: 'SIGKILL',
  })
  const [said, complained, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited])
  return { ok: code === 0, output: said + complained }
}
