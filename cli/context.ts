import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { connectAdmin } from '../server/client.ts'
import type { Config } from '../server/config/config.ts'
import { secretNames } from '../server/config/names.ts'
import { formatFaults, type Notice } from '../server/config/notice.ts'
import { readConfig } from '../server/config/read.ts'
import { Failure } from '../server/domain/failure.ts'
import type { Log } from '../server/domain/log.ts'
import { Secret } from '../server/domain/secret.ts'
import { adminSocketOf } from '../server/places.ts'
import { version } from './build-info.ts'
import type { CommandContext, CommandRow } from './command.ts'
import { globalOptions } from './commands.ts'
import { createLog } from './log.ts'
import { osUser } from './os-user.ts'
import { createRedactor } from './redactor.ts'
import { createTerminal } from './terminal.ts'

type Options = CommandContext['options']

/** Everything a command may ask for; settings are read, once, when the first of them is needed. */
export function createContext(row: CommandRow, args: readonly string[], options: Options): CommandContext {
  const terminal = createTerminal({ json: options.json === true, quiet: options.quiet === true, color: options.color !== false })
  let known: { readonly config: Config; readonly log: Log } | undefined
  const settings = () => {
    known ??= readSettings(row, options)
    return known
  }
  return {
    terminal,
    args,
    options,
    config: () => settings().config,
    log: () => settings().log,
    admin: () => connectAdmin(adminSocketOf(settings().config.dataDir), osUser()),
  }
}

function readSettings(row: CommandRow, options: Options): { readonly config: Config; readonly log: Log } {
  const envFile = typeof options.envFile === 'string' ? readText(options.envFile) : undefined
  const result = readConfig({
    flags: flagsOf(row, options),
    env: process.env,
    ...(envFile !== undefined && { envFile }),
    readFile: path => readFileSync(path, 'utf8'),
    home: homedir(),
    isRoot: process.getuid?.() === 0,
    release: version,
  })
  if ('faults' in result) throw invalid(result.faults)
  const log = createLog(result.config.logLevel, createRedactor(secretsOf(result.config)))
  // Only the server's log is the place for them: a command that prints a token has nothing to say about settings.
  if (row.name === 'serve') for (const { name, code, text } of result.warnings) log('warn', code, { name, text })
  return { config: result.config, log }
}

/** Every secret there is to know: those in force, and the values of variables that hold one by their name, in force or not. */
function secretsOf(config: Config): readonly string[] {
  const inForce = Object.values(config).flatMap(value => (value instanceof Secret ? [value.reveal()] : []))
  return [...inForce, ...secretNames.flatMap(name => process.env[name] ?? [])]
}

function invalid(faults: readonly Notice[]): Failure {
  const details = { faults: faults.map(({ name, code, text }) => ({ name, code, text })) }
  const count = faults.length === 1 ? 'One setting is' : `${faults.length} settings are`
  return new Failure('configuration_invalid', `${count} not valid:\n${formatFaults(faults)}`, { details })
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new Failure('configuration_invalid', `The file of --env-file cannot be read: ${path}`, { cause })
  }
}

function flagsOf(row: CommandRow, options: Options): Record<string, string> {
  const flags: Record<string, string> = {}
  for (const { flags: text, variable } of [...globalOptions, ...(row.options ?? [])]) {
    const name = /--([a-z]+(?:-[a-z]+)*)/.exec(text)?.[1]?.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())
    const value = name === undefined ? undefined : options[name]
    if (variable !== undefined && typeof value === 'string') flags[variable] = value
  }
  return flags
}
