import { CommanderError, Command as Program } from 'commander'
import { Failure } from '../server/domain/failure.ts'
import { version } from './build-info.ts'
import type { CommandRow } from './command.ts'
import { commands, globalOptions } from './commands.ts'
import { createContext } from './context.ts'
import { exitCodeOf } from './exit-codes.ts'
import { createTerminal } from './terminal.ts'
import { visible, visibleJson } from './visible.ts'

/** Builds the program from the command table and runs what was asked for. The only place of the command line that catches. */
async function main(argv: readonly string[]): Promise<number> {
  const program = programOf(commands)
  try {
    await program.parseAsync(argv, { from: 'user' })
    return 0
  } catch (error) {
    // Help and version come out of commander as errors that say so.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    const { json } = program.opts<{ json?: boolean }>()
    const terminal = createTerminal({ json: json === true, quiet: false, color: true })
    complain(error, terminal.json, terminal.complain)
    return exitCodeOf(error)
  }
}

function complain(error: unknown, json: boolean, write: (line: string) => void): void {
  const failure =
    error instanceof Failure ? error : new Failure('internal', `${error instanceof Error ? (error.stack ?? error.message) : error}`)
  const { code, message, details } = failure
  write(
    json
      ? visibleJson({ error: { code, message, ...(details !== undefined && { details }) } })
      : `behavry: ${[...message.split('\n'), ...faultLines(details)].map(visible).join('\n')} (${code})`,
  )
}

/** What does not fit, where; of a configuration the message has said it already. */
function faultLines(details: unknown): readonly string[] {
  const { paths = [] } = (details ?? {}) as { readonly paths?: readonly { readonly path: string; readonly message: string }[] }
  return paths.map(({ path, message }) => `  ${path.slice(1).replaceAll('/', '.') || 'input'}: ${message}`)
}

function programOf(rows: readonly CommandRow[]): Program {
  const program = new Program('behavry')
    .description('Authorization appliance for AI agents.')
    .version(version, '-V, --version', 'print the release')
    .exitOverride()
    .showHelpAfterError('(behavry --help shows every command)')
  for (const { flags, about } of globalOptions) program.option(flags, about)
  const groups = new Map<string, Program>()
  for (const row of rows) {
    const [first = '', second] = row.name.split(' ')
    const parent = second === undefined ? program : (groups.get(first) ?? addGroup(program, groups, first))
    addCommand(parent, second ?? first, row)
  }
  return program
}

function addGroup(program: Program, groups: Map<string, Program>, name: string): Program {
  const group = program.command(name).description(`${name} commands`).exitOverride()
  groups.set(name, group)
  return group
}

function addCommand(parent: Program, name: string, row: CommandRow): void {
  const command = parent
    .command(row.args === undefined ? name : `${name} ${row.args}`)
    .description(row.summary)
    .exitOverride()
  for (const { flags, about } of row.options ?? []) command.option(flags, about)
  if (row.examples) command.addHelpText('after', `\nExamples:\n${row.examples.map(example => `  ${example}`).join('\n')}`)
  command.action(async () => {
    const { run } = await row.load()
    await run(createContext(row, command.args, command.optsWithGlobals()))
  })
}

// An unreadable pipe on the other side (`behavry audit tail | head`) is the end of the work, not a fault.
process.stdout.on('error', error => process.exit((error as NodeJS.ErrnoException).code === 'EPIPE' ? 0 : 1))
process.exitCode = await main(process.argv.slice(2))
