import type { Client } from '../server/client.ts'
import type { Config } from '../server/config/config.ts'
import type { Log } from '../server/domain/log.ts'
import type { Terminal } from './terminal.ts'

/** What a command is given to work with. Everything that costs something is made when it is asked for. */
export interface CommandContext {
  readonly terminal: Terminal
  /** Positional arguments, in order. */
  readonly args: readonly string[]
  /** By long name, camelCase: `--timeout-ms` is `timeoutMs`. */
  readonly options: Readonly<Record<string, string | boolean | readonly string[] | undefined>>
  /** The settings in force; throws `configuration_invalid` with every fault. Warnings go to the log. */
  readonly config: () => Config
  readonly log: () => Log
  /** The server of this machine, over its admin socket. */
  readonly admin: () => Client
}

export interface Command {
  /** Resolves when done; throws a `Failure` whose code gives the exit code. */
  readonly run: (context: CommandContext) => Promise<void>
}

export interface CommandOption {
  /** As commander writes them: `-n, --lines <count>`. */
  readonly flags: string
  readonly about: string
  /** The setting that the flag overrides. */
  readonly variable?: string
}

/** One row of the command table. */
export interface CommandRow {
  /** `token issue`. */
  readonly name: string
  readonly summary: string
  /** As commander writes them: `<id>`, `[args...]`. */
  readonly args?: string
  readonly options?: readonly CommandOption[]
  readonly examples?: readonly string[]
  readonly load: () => Promise<Command>
}
