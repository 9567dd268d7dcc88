/** A behavry process as far as the database is concerned: `bun start-program.ts <data dir>` starts it and says so, or says why not. */
import { startEmbedded } from '../../../server/postgres/embedded/embedded.ts'

const say = (line: object): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

try {
  const server = await startEmbedded({ dataDir: process.argv[2] ?? '', onExit: detail => say({ detail }) })
  say({ socketDir: server.socketDir })
  process.once('SIGTERM', async () => {
    await server.stop()
    process.exit(0)
  })
} catch (error) {
  say({ failure: error instanceof Error ? error.message : String(error) })
  process.exitCode = 1
}
