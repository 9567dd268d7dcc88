import { commit, version } from '../build-info.ts'
import type { CommandContext } from '../command.ts'

export async function run({ terminal }: CommandContext): Promise<void> {
  const facts = { version, commit, bun: Bun.version }
  if (terminal.json) terminal.printJson(facts)
  else terminal.print(`behavry ${version} (${commit}, Bun ${Bun.version})`)
}
