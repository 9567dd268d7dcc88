import { runDemoServer } from './mcp/demo-server.ts'

/** The built-in MCP server on this process's own pipes, over `folder`; resolves when its input ends. */
export async function demoMcp(folder: string): Promise<void> {
  await runDemoServer(folder, { input: Bun.stdin.stream(), write: text => void process.stdout.write(text) })
}
