/**
 * Serves on a free loopback port, says its address as the first line on standard output, and ends with standard input: whoever started this process
 * needs no signal to be rid of it, and cannot leave it behind.
 */
export async function serveUntilEnd(answer: (request: Request) => Promise<Response>, close: () => Promise<void> = async () => {}) {
  const server = Bun.serve({ hostname: '127.0.0.1', port: 0, idleTimeout: 0, fetch: answer })
  // A terminal sends Ctrl-C to everybody: the one who started us ends us, in order.
  process.on('SIGINT', () => undefined)
  process.stdout.write(`http://127.0.0.1:${server.port}\n`)
  for await (const _ of Bun.stdin.stream());
  await server.stop(true)
  await close()
  process.exit(0)
}
