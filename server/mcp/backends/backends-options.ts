import type { Clock } from '../../domain/clock.ts'
import type { McpServer } from '../../domain/server.ts'
import type { LogLine } from './stdio/log-line.ts'

export interface BackendsOptions {
  /** Ours, as it is said to backends. */
  readonly version: string
  readonly clock: Clock
  /** Where sandbox folders of stdio servers lie. */
  readonly dataDir: string
  /** How to run this very executable: what the program name `behavry` means in a definition. */
  readonly self: SelfCommand
  /** Refuses stdio servers where they cannot be kept apart from us; otherwise that is a warning. */
  readonly production: boolean
  /** CIDR blocks of BEHAVRY_BACKEND_ALLOW_CIDRS. */
  readonly allowedCidrs: readonly string[]
  readonly log: (line: LogLine) => void
  /** Takes secrets out of what a program prints, before it is logged. Pure; a throw leaves the text out. */
  readonly redactText?: (text: string) => string
  readonly onWarning: (message: string) => void
  /** Told after the tools of a server have been listed again: its profile may be another. */
  readonly onToolsChanged?: (server: McpServer) => void
  /** A connection that nobody used for this long is closed. 10 minutes unless told. */
  readonly idleMs?: number
  /** For a program to start, or a server to greet us, and to list its tools. 30 s unless told. */
  readonly connectTimeoutMs?: number
}

export interface SelfCommand {
  /** Absolute path of the executable. */
  readonly command: string
  /** What stands before a subcommand: the script, when run from source. */
  readonly args: readonly string[]
}
