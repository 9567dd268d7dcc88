import { start } from '../../server/start.ts'
import { commit, isCompiled, self, version } from '../build-info.ts'
import type { CommandContext } from '../command.ts'
import { welcome } from '../welcome.ts'

/** Requests to backends that may be under way at once: the runtime's own limit is 256, and it is read only when a process begins. */
const maxRequests = '16384'

export async function run({ config: settings, log: logger, terminal }: CommandContext): Promise<void> {
  if (process.env.BUN_CONFIG_MAX_HTTP_REQUESTS === undefined) beginAgain()
  const config = settings()
  const log = logger()
  const running = await start(config, { log, self })
  log('info', 'started', { version, commit, url: running.url, env: config.env })
  if (terminal.json) terminal.printJson({ url: running.url, version })
  else if (!terminal.quiet) terminal.print(welcome(running.url, config, terminal))
  await ended()
  log('info', 'stopping')
  await running.stop()
  log('info', 'stopped')
}

/** Replaces this process by itself, same pid, with the runtime's limit raised. */
function beginAgain(): void {
  const args = isCompiled ? process.argv.slice(2) : process.argv.slice(1)
  process.execve?.(process.execPath, [process.argv0, ...args], {
    ...(process.env as Record<string, string>),
    BUN_CONFIG_MAX_HTTP_REQUESTS: maxRequests,
  })
}

/** Resolves at the first SIGTERM or SIGINT; the second one ends the process at once. */
async function ended(): Promise<void> {
  await new Promise<void>(resolve => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => {
        process.once(signal, () => process.exit(1))
        resolve()
      })
    }
  })
}
