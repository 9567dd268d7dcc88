import { demoMcp } from '../../server/demo-mcp.ts'
import type { CommandContext } from '../command.ts'

export async function run({ args }: CommandContext): Promise<void> {
  await demoMcp(args[0] ?? process.cwd())
}
